// What the exported scripts see of Unity 2022.3 and of Unity 6: enough to compile them. Signatures
// are those of Unity's manual; nothing here runs.
using System;

namespace UnityEngine
{
    public enum CameraType { Game = 1, SceneView = 2, Preview = 4, VR = 8, Reflection = 16 }
    public enum FilterMode { Point, Bilinear, Trilinear }
    public enum MeshTopology { Triangles }
    public enum RenderTextureFormat { ARGB32, ARGBHalf = 2, ARGBFloat = 11 }
    public enum RenderTextureReadWrite { Default, Linear, sRGB }
    public enum TextureWrapMode { Repeat, Clamp }

    public class AddComponentMenu : Attribute { public AddComponentMenu(string name) { } }
    public class ExecuteInEditMode : Attribute { }
    public class ImageEffectAllowedInSceneView : Attribute { }
    public class RequireComponent : Attribute { public RequireComponent(Type type) { } }
    public class TooltipAttribute : Attribute { public TooltipAttribute(string text) { } }

    public class Object { public string name { get; set; } }
    public class ScriptableObject : Object { }
    public class MonoBehaviour : Object { }
    public class Camera : Object { }
    public class Texture : Object
    {
        public virtual int width { get; set; }
        public virtual int height { get; set; }
        public FilterMode filterMode { get; set; }
        public TextureWrapMode wrapMode { get; set; }
    }
    public class RenderTexture : Texture
    {
        public RenderTextureFormat format { get; set; }
        public static RenderTexture GetTemporary(
            int width, int height, int depthBuffer, RenderTextureFormat format) { return null; }
        public static RenderTexture GetTemporary(
            int width, int height, int depthBuffer, RenderTextureFormat format,
            RenderTextureReadWrite readWrite) { return null; }
        public static void ReleaseTemporary(RenderTexture temp) { }
    }
    public struct RenderTextureDescriptor
    {
        public int depthBufferBits { get; set; }
        public int msaaSamples { get; set; }
        public Experimental.Rendering.GraphicsFormat graphicsFormat { get; set; }
    }
    public class Material : Object
    {
        public int passCount { get { return 1; } }
        public void SetTexture(int nameID, Texture value) { }
    }
    public class MaterialPropertyBlock
    {
        public void Clear() { }
        public void SetTexture(int nameID, Texture value) { }
        public void SetVector(int nameID, Vector4 value) { }
    }
    public class Shader : Object { public static int PropertyToID(string name) { return 0; } }
    public struct Vector4 { public Vector4(float x, float y, float z, float w) { } }
    public struct Matrix4x4 { public static Matrix4x4 identity { get { return default(Matrix4x4); } } }
    public static class Application { public static bool isMobilePlatform { get { return false; } } }
    public static class QualitySettings { public static int antiAliasing { get; set; } }
    public static class SystemInfo
    {
        public static bool SupportsRenderTextureFormat(RenderTextureFormat format) { return true; }
    }
    public static class Graphics
    {
        public static void Blit(Texture source, RenderTexture dest) { }
        public static void Blit(Texture source, RenderTexture dest, Material mat, int pass) { }
    }
}

namespace UnityEngine.Experimental.Rendering
{
    public enum GraphicsFormat { None, R16G16B16A16_SFloat = 48, R32G32B32A32_SFloat = 52 }
}

namespace UnityEngine.Rendering
{
    public enum MSAASamples { None = 1 }
    public struct RenderTargetIdentifier { }
    public struct ScriptableRenderContext { public void ExecuteCommandBuffer(CommandBuffer cmd) { } }
    public class CommandBuffer
    {
        public void DrawProcedural(
            Matrix4x4 matrix, Material material, int shaderPass, MeshTopology topology,
            int vertexCount, int instanceCount, MaterialPropertyBlock properties) { }
    }
    public static class CommandBufferPool
    {
        public static CommandBuffer Get(string name) { return null; }
        public static void Release(CommandBuffer buffer) { }
    }
    public class RTHandle
    {
        public void Release() { }
        public static implicit operator Texture(RTHandle handle) { return null; }
        public static implicit operator RenderTexture(RTHandle handle) { return null; }
        public static implicit operator RenderTargetIdentifier(RTHandle handle)
        {
            return default(RenderTargetIdentifier);
        }
    }
    public enum ClearFlag { None }
    public static class CoreUtils
    {
        public static void SetRenderTarget(
            CommandBuffer cmd, RTHandle buffer, ClearFlag clearFlag = ClearFlag.None,
            int miplevel = 0, int cubemapFace = -1, int depthSlice = -1) { }
    }
    public static class Blitter
    {
        public static void BlitCameraTexture(
            CommandBuffer cmd, RTHandle source, RTHandle destination, float mipLevel = 0f,
            bool bilinear = false) { }
    }
}

namespace UnityEngine.Rendering.Universal
{
    public enum RenderPassEvent { AfterRenderingPostProcessing = 600 }
    [Flags] public enum ScriptableRenderPassInput { None = 0, Color = 4 }
    public struct CameraData
    {
        public CameraType cameraType;
        public bool resolveFinalTarget;
        public ScriptableRenderer renderer;
        public RenderTextureDescriptor cameraTargetDescriptor;
    }
    public struct RenderingData { public CameraData cameraData; }
    public abstract class ScriptableRenderer
    {
        public RTHandle cameraColorTargetHandle { get { return null; } }
        public void EnqueuePass(ScriptableRenderPass pass) { }
    }
    public abstract class ScriptableRendererFeature : ScriptableObject, IDisposable
    {
        public abstract void Create();
        public abstract void AddRenderPasses(
            ScriptableRenderer renderer, ref RenderingData renderingData);
        public void Dispose() { }
        protected virtual void Dispose(bool disposing) { }
    }
#if !UNITY_6000_0_OR_NEWER
    public abstract class ScriptableRenderPass
    {
        public RenderPassEvent renderPassEvent { get; set; }
        public void ConfigureInput(ScriptableRenderPassInput passInput) { }
        public virtual void OnCameraSetup(CommandBuffer cmd, ref RenderingData renderingData) { }
        public abstract void Execute(
            ScriptableRenderContext context, ref RenderingData renderingData);
    }
    public static class RenderingUtils
    {
        public static bool ReAllocateIfNeeded(
            ref RTHandle handle, in RenderTextureDescriptor descriptor,
            FilterMode filterMode = FilterMode.Point,
            TextureWrapMode wrapMode = TextureWrapMode.Repeat, bool isShadowMap = false,
            int anisoLevel = 1, float mipMapBias = 0, string name = "") { return true; }
    }
#else
    public abstract class ScriptableRenderPass
    {
        public RenderPassEvent renderPassEvent { get; set; }
        public bool requiresIntermediateTexture { get; set; }
        public void ConfigureInput(ScriptableRenderPassInput passInput) { }
        public virtual void RecordRenderGraph(
            RenderGraphModule.RenderGraph renderGraph, ContextContainer frameData) { }
    }
    public class UniversalResourceData : ContextItem
    {
        public bool isActiveTargetBackBuffer { get { return false; } }
        public RenderGraphModule.TextureHandle activeColorTexture { get; private set; }
        public RenderGraphModule.TextureHandle cameraColor { get; set; }
    }
#endif
}

#if UNITY_6000_0_OR_NEWER
namespace UnityEngine.Rendering
{
    public abstract class ContextItem { }
    public class ContextContainer
    {
        public T Get<T>() where T : ContextItem, new() { return null; }
    }
    public class RasterCommandBuffer
    {
        public void DrawProcedural(
            Matrix4x4 matrix, Material material, int shaderPass, MeshTopology topology,
            int vertexCount, int instanceCount, MaterialPropertyBlock properties) { }
    }
}

namespace UnityEngine.Rendering.RenderGraphModule
{
    [Flags] public enum AccessFlags { None = 0, Read = 1, Write = 2 }
    public delegate void BaseRenderFunc<PassData, ContextType>(PassData data, ContextType context);
    public struct RasterGraphContext { public RasterCommandBuffer cmd; }
    public struct TextureHandle
    {
        public static implicit operator Texture(TextureHandle texture) { return null; }
        public static implicit operator RenderTexture(TextureHandle texture) { return null; }
        public static implicit operator RTHandle(TextureHandle texture) { return null; }
        public static implicit operator RenderTargetIdentifier(TextureHandle texture)
        {
            return default(RenderTargetIdentifier);
        }
    }
    public struct TextureDesc
    {
        public string name;
        public bool clearBuffer;
        public MSAASamples msaaSamples;
        public FilterMode filterMode;
        public Experimental.Rendering.GraphicsFormat colorFormat { get; set; }
    }
    public interface IRasterRenderGraphBuilder : IDisposable
    {
        void UseTexture(in TextureHandle input, AccessFlags flags = AccessFlags.Read);
        void SetRenderAttachment(
            TextureHandle tex, int index, AccessFlags flags = AccessFlags.Write);
        void SetRenderFunc<PassData>(BaseRenderFunc<PassData, RasterGraphContext> renderFunc)
            where PassData : class, new();
    }
    public class RenderGraph
    {
        public TextureDesc GetTextureDesc(in TextureHandle handle) { return default(TextureDesc); }
        public TextureHandle CreateTexture(in TextureDesc desc) { return default(TextureHandle); }
        public IRasterRenderGraphBuilder AddRasterRenderPass<PassData>(
            string passName, out PassData passData, string file = "", int line = 0)
            where PassData : class, new()
        {
            passData = null;
            return null;
        }
    }
}
#endif
