// rtdeconv: draws every pass of an exported URP shader over the camera's picture.
//
// This file is the same for every filter. Universal RP 14 to 17: Unity 2022.3 and 2023 by Execute,
// Unity 6 by the render graph (its Compatibility Mode must be off).

using System.Linq;
using UnityEngine;
using UnityEngine.Experimental.Rendering;
using UnityEngine.Rendering;
using UnityEngine.Rendering.Universal;
#if UNITY_6000_0_OR_NEWER
using UnityEngine.Rendering.RenderGraphModule;
#endif

public sealed class RtdDeblurFeature : ScriptableRendererFeature
{
    [Tooltip("A material of the exported shader; its sliders tune the filter.")]
    public Material material;

    [Tooltip("After post-processing the picture is antialiased and tone-mapped.")]
    public RenderPassEvent place = RenderPassEvent.AfterRenderingPostProcessing;

    DeblurPass m_Pass;

    public override void Create()
    {
        m_Pass?.Dispose();
        m_Pass = new DeblurPass();
    }

    public override void AddRenderPasses(ScriptableRenderer renderer, ref RenderingData frame)
    {
        CameraType camera = frame.cameraData.cameraType;
        if (material == null || camera == CameraType.Preview || camera == CameraType.Reflection)
            return;
        // once for a stack of cameras, like post-processing
        if (!frame.cameraData.resolveFinalTarget)
            return;
        m_Pass.Setup(material, place);
        renderer.EnqueuePass(m_Pass);
    }

    protected override void Dispose(bool disposing)
    {
        m_Pass?.Dispose();
    }

    sealed class DeblurPass : ScriptableRenderPass
    {
        const int k_MostPasses = 16;

        static readonly int s_Source = Shader.PropertyToID("_BlitTexture");
        static readonly int s_ScaleBias = Shader.PropertyToID("_BlitScaleBias");
        static readonly int[] s_Images = Enumerable.Range(1, k_MostPasses)
            .Select(number => Shader.PropertyToID("_RtdImage" + number)).ToArray();
        static readonly MaterialPropertyBlock s_Block = new MaterialPropertyBlock();

        Material m_Material;

        // images between passes hold values below 0 and above 1; phones seldom filter single floats
        static GraphicsFormat Stored
        {
            get
            {
                bool single = SystemInfo.SupportsRenderTextureFormat(RenderTextureFormat.ARGBFloat)
                    && !Application.isMobilePlatform;
                return single
                    ? GraphicsFormat.R32G32B32A32_SFloat
                    : GraphicsFormat.R16G16B16A16_SFloat;
            }
        }

        public void Setup(Material material, RenderPassEvent place)
        {
            m_Material = material;
            renderPassEvent = place;
#if UNITY_6000_0_OR_NEWER
            requiresIntermediateTexture = true;
#else
            ConfigureInput(ScriptableRenderPassInput.Color);
#endif
        }

        static void Bind(Texture source)
        {
            s_Block.Clear();
            s_Block.SetTexture(s_Source, source);
            s_Block.SetVector(s_ScaleBias, new Vector4(1f, 1f, 0f, 0f));
        }

#if UNITY_6000_0_OR_NEWER
        sealed class PassData
        {
            public Material material;
            public int number;
            public TextureHandle source;
            public readonly TextureHandle[] images = new TextureHandle[k_MostPasses];
        }

        readonly TextureHandle[] m_Images = new TextureHandle[k_MostPasses];

        public void Dispose()
        {
        }

        public override void RecordRenderGraph(RenderGraph renderGraph, ContextContainer frameData)
        {
            var resources = frameData.Get<UniversalResourceData>();
            if (resources.isActiveTargetBackBuffer)
                return;

            TextureHandle source = resources.activeColorTexture;
            TextureDesc result = renderGraph.GetTextureDesc(source);
            result.name = "_RtdDeblurred";
            result.clearBuffer = false;
            result.msaaSamples = MSAASamples.None;
            TextureDesc image = result;
            image.name = "_RtdImage";
            image.colorFormat = Stored;
            image.filterMode = FilterMode.Bilinear;

            int last = m_Material.passCount - 1;
            for (int number = 0; number < last; number++)
            {
                TextureHandle target = renderGraph.CreateTexture(image);
                Record(renderGraph, number, source, target);
                m_Images[number] = target;
            }
            TextureHandle deblurred = renderGraph.CreateTexture(result);
            Record(renderGraph, last, source, deblurred);
            resources.cameraColor = deblurred;
        }

        void Record(RenderGraph renderGraph, int number, TextureHandle source, TextureHandle target)
        {
            using (var builder = renderGraph.AddRasterRenderPass("RtdDeblur", out PassData data))
            {
                data.material = m_Material;
                data.number = number;
                data.source = source;
                builder.UseTexture(source);
                for (int earlier = 0; earlier < number; earlier++)
                {
                    data.images[earlier] = m_Images[earlier];
                    builder.UseTexture(m_Images[earlier]);
                }
                builder.SetRenderAttachment(target, 0);
                builder.SetRenderFunc((PassData d, RasterGraphContext graph) => Draw(d, graph.cmd));
            }
        }

        static void Draw(PassData pass, RasterCommandBuffer cmd)
        {
            Bind(pass.source);
            for (int earlier = 0; earlier < pass.number; earlier++)
                s_Block.SetTexture(s_Images[earlier], pass.images[earlier]);
            cmd.DrawProcedural(
                Matrix4x4.identity, pass.material, pass.number,
                MeshTopology.Triangles, 3, 1, s_Block);
        }
#else
        readonly RTHandle[] m_Images = new RTHandle[k_MostPasses];
        RTHandle m_Source;

        public void Dispose()
        {
            m_Source?.Release();
            foreach (RTHandle image in m_Images)
                image?.Release();
        }

        public override void OnCameraSetup(CommandBuffer cmd, ref RenderingData frame)
        {
            RenderTextureDescriptor size = frame.cameraData.cameraTargetDescriptor;
            size.depthBufferBits = 0;
            size.msaaSamples = 1;
            Allocate(ref m_Source, size, "_RtdSource");
            size.graphicsFormat = Stored;
            for (int number = 0; number < m_Material.passCount - 1; number++)
                Allocate(ref m_Images[number], size, "_RtdImage");
        }

        static void Allocate(ref RTHandle handle, in RenderTextureDescriptor size, string name)
        {
            RenderingUtils.ReAllocateIfNeeded(
                ref handle, size, FilterMode.Bilinear, TextureWrapMode.Clamp, name: name);
        }

        public override void Execute(ScriptableRenderContext context, ref RenderingData frame)
        {
            CommandBuffer cmd = CommandBufferPool.Get("RtdDeblur");
            RTHandle colour = frame.cameraData.renderer.cameraColorTargetHandle;
            Blitter.BlitCameraTexture(cmd, colour, m_Source);
            Bind(m_Source);
            int last = m_Material.passCount - 1;
            for (int number = 0; number <= last; number++)
            {
                CoreUtils.SetRenderTarget(cmd, number == last ? colour : m_Images[number]);
                cmd.DrawProcedural(
                    Matrix4x4.identity, m_Material, number, MeshTopology.Triangles, 3, 1, s_Block);
                if (number < last)
                    s_Block.SetTexture(s_Images[number], m_Images[number]);
            }
            context.ExecuteCommandBuffer(cmd);
            CommandBufferPool.Release(cmd);
        }
#endif
    }
}
