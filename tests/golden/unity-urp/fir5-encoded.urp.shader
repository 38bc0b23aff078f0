// rtdeconv: golden plan
//
// install  put both files into Assets and make a material of this shader; in the renderer's
//          asset (PC_Renderer or such), Add Renderer Feature, Rtd Deblur Feature; put the
//          material into its slot
// design   made by hand
//          for the tests
// input    _BlitTexture: the camera's colour, straight from the renderer feature;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    after post-processing, where the feature puts it: temporal antialiasing and tone
//          mapping lie behind it, the overlay UI ahead; film grain is sharpened too: turn it off
// light    display-encoded values are added up as they are
//          values are taken as linear; the toggle Values are encoded (Gamma) says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     16 fetches in 1 pass
// remake   rtdeconv export
//
// pass 1, taps on the source in thousandths:
//     -94    .   62    .   31
//       . -250 -125   62    .
//      62 -125 1656 -125   62
//       .   62 -125 -250    .
//      31    .   62    .    .

Shader "Rtd/fir5-encoded"
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

float3 rtd_decode(float3 c) {  // sRGB to linear
    if (RTD_VALUES_LINEAR != 1) { return c; }
    float3 curved = pow((max(c, 0.04045) + 0.055) / 1.055, 2.4);
    return lerp(c / 12.92, curved, step(0.04045, c));
}

float3 rtd_encode(float3 c) {  // linear to sRGB
    if (RTD_VALUES_LINEAR != 1) { return c; }
    float3 curved = 1.055 * pow(max(c, 0.0031308), 1.0 / 2.4) - 0.055;
    return lerp(c * 12.92, curved, step(0.0031308, c));
}

float2 rtd_inside(float2 at, float2 size) {
    return clamp(at, float2(0.5, 0.5), size - float2(0.5, 0.5));
}

// the pixel dx to the right and dy down from the one being written
#define rtd_moved(dx, dy) (input.positionCS.xy + float2(dx, -(dy)))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), rtd_size)
#define rtd_at(dx, dy) rtd_encode(rtd_texel(_BlitTexture, rtd_place(dx, dy)).rgb)

float4 Pass1(Varyings input) : SV_Target {
    UNITY_SETUP_STEREO_EYE_INDEX_POST_VERTEX(input);
    float4 original = rtd_texel(_BlitTexture, input.positionCS.xy);
    if (_Strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    float3 centre = rtd_encode(original.rgb);
    float3 filtered = 1.65625 * centre
        - 0.125 * (rtd_at(0, -1) + rtd_at(-1, 0) + rtd_at(1, 0) + rtd_at(0, 1))
        - 0.25 * (rtd_at(-1, -1) + rtd_at(1, 1))
        + 0.0625 * (rtd_at(1, -1) + rtd_at(-1, 1) + rtd_at(0, -2) + rtd_at(-2, 0) + rtd_at(2, 0)
                    + rtd_at(0, 2))
        - 0.09375 * rtd_at(-2, -2)
        + 0.03125 * (rtd_at(2, -2) + rtd_at(-2, 2));
    return float4(rtd_decode(lerp(centre, filtered, _Strength)), original.a);
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
