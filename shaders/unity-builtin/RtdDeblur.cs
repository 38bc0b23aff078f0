// rtdeconv: draws every pass of an exported shader over a camera's picture, Built-in pipeline.
//
// This file is the same for every filter.

using System.Linq;
using UnityEngine;

[ExecuteInEditMode, ImageEffectAllowedInSceneView, RequireComponent(typeof(Camera))]
[AddComponentMenu("Image Effects/Rtd Deblur")]
public sealed class RtdDeblur : MonoBehaviour
{
    const int k_MostPasses = 16;

    [Tooltip("A material of the exported shader; its sliders tune the filter.")]
    public Material material;

    static int[] s_Images;

    readonly RenderTexture[] m_Images = new RenderTexture[k_MostPasses];

    void OnRenderImage(RenderTexture source, RenderTexture destination)
    {
        if (material == null)
        {
            Graphics.Blit(source, destination);
            return;
        }
        if (s_Images == null)
            s_Images = Enumerable.Range(1, k_MostPasses)
                .Select(number => Shader.PropertyToID("_RtdImage" + number)).ToArray();

        // with multisampling, Direct3D hands the picture over upside down; a copy stands upright
        RenderTexture upright = null;
        if (QualitySettings.antiAliasing > 1)
        {
            upright = RenderTexture.GetTemporary(source.width, source.height, 0, source.format);
            Graphics.Blit(source, upright);
            source = upright;
        }
        source.filterMode = FilterMode.Bilinear;

        int last = material.passCount - 1;
        for (int number = 0; number < last; number++)
        {
            m_Images[number] = Image(source.width, source.height);
            Graphics.Blit(source, m_Images[number], material, number);
            material.SetTexture(s_Images[number], m_Images[number]);
        }
        Graphics.Blit(source, destination, material, last);

        for (int number = 0; number < last; number++)
            RenderTexture.ReleaseTemporary(m_Images[number]);
        if (upright != null)
            RenderTexture.ReleaseTemporary(upright);
    }

    // images between passes hold values below 0 and above 1; phones seldom filter single floats
    static RenderTexture Image(int width, int height)
    {
        bool single = SystemInfo.SupportsRenderTextureFormat(RenderTextureFormat.ARGBFloat)
            && !Application.isMobilePlatform;
        RenderTexture image = RenderTexture.GetTemporary(
            width, height, 0,
            single ? RenderTextureFormat.ARGBFloat : RenderTextureFormat.ARGBHalf,
            RenderTextureReadWrite.Linear);
        image.filterMode = FilterMode.Bilinear;
        image.wrapMode = TextureWrapMode.Clamp;
        return image;
    }
}
