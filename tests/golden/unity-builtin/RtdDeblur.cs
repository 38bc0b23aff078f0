// rtdeconv: draws every pass of an exported shader over a camera's picture, Built-in pipeline.
//
// This file is the same for every filter.

using System.Linq;
using UnityEngine;

[ExecuteInEditMode, ImageEffectAllowedInSceneView, RequireComponent(typeof(Camera))]
[AddComponentMenu("Image Effects/Rtd Deblur")]
public sealed class RtdDeblur : MonoBehaviour
{
    [Tooltip("A material of the exported shader; its sliders tune the filter.")]
    public Material material;

    static int[] s_Images;

    void OnRenderImage(RenderTexture source, RenderTexture destination)
    {
        if (material == null)
        {
            Graphics.Blit(source, destination);
            return;
        }
        if (s_Images == null)
            s_Images = Enumerable.Range(1, 16)
                .Select(number => Shader.PropertyToID("_RtdImage" + number)).ToArray();

        // with multisampling, Direct3D hands the picture over upside down; a copy stands upright
        RenderTexture upright = null;
        if (QualitySettings.antiAliasing > 1)
        {
            upright = RenderTexture.GetTemporary(source.width, source.height, 0, source.format);
            Graphics.Blit(source, upright);
            source = upright;
        }

        var images = new RenderTexture[material.passCount - 1];
        for (int number = 0; number < images.Length; number++)
        {
            images[number] = Image(source.width, source.height);
            Graphics.Blit(source, images[number], material, number);
            material.SetTexture(s_Images[number], images[number]);
        }
        Graphics.Blit(source, destination, material, images.Length);

        foreach (RenderTexture image in images)
            RenderTexture.ReleaseTemporary(image);
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
