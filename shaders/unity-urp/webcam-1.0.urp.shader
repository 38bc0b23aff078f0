// rtdeconv: 13 bilinear fetches undoing gaussian:1
//
// install  put both files into Assets and make a material of this shader; in the renderer's
//          asset (PC_Renderer or such), Add Renderer Feature, Rtd Deblur Feature; put the
//          material into its slot
// design   noise 1/255 and 8-bit rounding, prior ar1 of variance 0.05
//          fitted for the least expected squared error
//          expected under that prior: +2.4 dB, 0.2 dB below the full Wiener filter
// input    _BlitTexture: the camera's colour, straight from the renderer feature;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    after post-processing, where the feature puts it: temporal antialiasing and tone
//          mapping lie behind it, the overlay UI ahead; film grain is sharpened too: turn it off
// light    linear light is added up, by the exact sRGB curve
//          values are taken as linear; the toggle Values are encoded (Gamma) says otherwise
//          (bilinear fetches mix values as they arrive: it is then an approximation)
// border   clamp: positions outside read the nearest edge pixel
// cost     13 fetches in 1 pass; 12 of them bilinear
//          13 of them decoded where values arrive encoded
// remake   rtdeconv export gaussian:1 --method fetch --taps 13 --to unity-urp
//
// pass 1, taps on the source in thousandths, its bilinear fetches taken together:
//       .    .    .    .    .    .    .    .    .
//       .    .   24  166    .    .    .   -2   -3
//       .    .  108 -317 -248    .  143   94 -109
//       .    .    . -417  328 -437 -474  328    .
//       .    . -290  376 2462  376 -290    .    .
//       .  328 -474 -437  328 -417    .    .    .
//    -109   94  143    . -248 -317  108    .    .
//      -3   -2    .    .    .  166   24    .    .
//       .    .    .    .    .    .    .    .    .

Shader "Rtd/webcam-1.0"
{
    Properties
    {
        _Strength("Strength of the restoration", Range(0.0, 1.5)) = 1.0
        [Toggle(_RTD_VALUES_ENCODED)] _ValuesAreEncoded("Values are encoded (Gamma)", Float) = 0.0
    }

    HLSLINCLUDE
#define USE_FULL_PRECISION_BLIT_TEXTURE  // on phones, from URP 17.3
#include "Packages/com.unity.render-pipelines.universal/ShaderLibrary/Core.hlsl"
#include "Packages/com.unity.render-pipelines.core/Runtime/Utilities/Blit.hlsl"

#ifdef _RTD_VALUES_ENCODED
#define RTD_VALUES_LINEAR 0
#else
#define RTD_VALUES_LINEAR 1  // as in projects of Linear colour space
#endif

#if UNITY_VERSION < 202320  // later ones have it in Blit.hlsl
float4 _BlitTexture_TexelSize;
#endif

#define rtd_size _BlitTexture_TexelSize.zw
#define rtd_texel(image, at) LOAD_TEXTURE2D_X(image, uint2(at))

float _Strength;  // strength of the restoration, 0.0 (off) to 1.5

#define rtd_mixed(image, at) \
    SAMPLE_TEXTURE2D_X_LOD(image, sampler_LinearClamp, (at) / rtd_size, 0.0)

float3 rtd_decode(float3 c) {  // sRGB to linear
    if (RTD_VALUES_LINEAR == 1) { return c; }
    float3 curved = pow((max(c, 0.04045) + 0.055) / 1.055, 2.4);
    return lerp(c / 12.92, curved, step(0.04045, c));
}

float3 rtd_encode(float3 c) {  // linear to sRGB
    if (RTD_VALUES_LINEAR == 1) { return c; }
    float3 curved = 1.055 * pow(max(c, 0.0031308), 1.0 / 2.4) - 0.055;
    return lerp(c * 12.92, curved, step(0.0031308, c));
}

float2 rtd_inside(float2 at, float2 size) {
    return clamp(at, float2(0.5, 0.5), size - float2(0.5, 0.5));
}

// the pixel dx to the right and dy down from the one being written
#define rtd_moved(dx, dy) (input.positionCS.xy + float2(dx, -(dy)))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), rtd_size)
#define rtd_between(dx, dy) rtd_decode(rtd_mixed(_BlitTexture, rtd_place(dx, dy)).rgb)

float4 Pass1(Varyings input) : SV_Target {
    UNITY_SETUP_STEREO_EYE_INDEX_POST_VERTEX(input);
    float4 original = rtd_texel(_BlitTexture, input.positionCS.xy);
    if (_Strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    float3 centre = rtd_decode(original.rgb);
    float3 filtered = 0.69781494 * centre
        + 2.2304182 * (rtd_between(-0.3828125, -0.359375) + rtd_between(0.3828125, 0.359375))
        - 1.6398153 * (rtd_between(1.6289062, -0.71875) + rtd_between(-1.6289062, 0.71875))
        - 2.2129936 * (rtd_between(-0.8125, -1.5976562) + rtd_between(0.8125, 1.5976562))
        + 1.0557432 * (rtd_between(-1.125, -2.1796875) + rtd_between(1.125, 2.1796875))
        + 0.91290283 * (rtd_between(2.5507812, -1.3476562) + rtd_between(-2.5507812, 1.3476562))
        - 0.19516277 * (rtd_between(3.5742188, -2.0273438) + rtd_between(-3.5742188, 2.0273438));
    return float4(rtd_encode(lerp(centre, filtered, _Strength)), original.a);
}
    ENDHLSL

    SubShader
    {
        Tags { "RenderPipeline" = "UniversalPipeline" }
        Cull Off
        ZWrite Off
        ZTest Always

        Pass
        {
            Name "RtdPass1"
            HLSLPROGRAM
            #pragma target 3.5
            #pragma vertex Vert
            #pragma fragment Pass1
            #pragma shader_feature_local _RTD_VALUES_ENCODED
            ENDHLSL
        }
    }
}
