// rtdeconv: comb Laplacian of 2 bands, tunable, radial undoing gaussian:0.5 in the middle
//
// install  put both files into Assets and make a material of this shader; in the renderer's
//          asset (PC_Renderer or such), Add Renderer Feature, Rtd Deblur Feature; put the
//          material into its slot
// design   noise 1/255 and 8-bit rounding, prior ar1 of variance 0.05
//          sigma 1.2 px in the corners
//          up to 1 px of blur at most 0.008 dB behind a fit of its own
//          fitted for the least expected squared error
//          expected under that prior: +6.0 dB, 0.9 dB below the full Wiener filter in the middle
// input    _BlitTexture: the camera's colour, straight from the renderer feature;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    after post-processing, where the feature puts it: temporal antialiasing and tone
//          mapping lie behind it, the overlay UI ahead; film grain is sharpened too: turn it off
// light    linear light is added up, by the exact sRGB curve
//          values are taken as linear; the toggle Values are encoded (Gamma) says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     19 fetches in 2 passes
//          10 of them decoded where values arrive encoded
//          weights of the bands at every pixel: 6 exponentials
// remake   rtdeconv export gaussian:0.5 --method tunable:1.2 --terms 2 --to unity-urp
//
// pass 1, taps on the source in thousandths:
//     62 125  62
//    125 250 125
//     62 125  62
//
// pass 2, band 1, centre of the source: 1000 thousandths
//
// pass 2, band 1, centre of the image of pass 1: -1000 thousandths
//
// pass 2, band 2, taps on the image of pass 1 in thousandths, 2 px apart:
//     -62 -125  -62
//    -125  750 -125
//     -62 -125  -62

Shader "Rtd/lens"
{
    Properties
    {
        _Strength("Strength of the restoration", Range(0.0, 1.5)) = 1.0
        _Sigma("Blur in the middle, sigma in px", Range(0.0, 2.0)) = 0.5
        _SigmaAtEdge("Blur in the corners, sigma in px", Range(0.0, 2.0)) = 1.2
        _Noise("Noise, sigma on the 0..1 scale", Range(0.0, 0.1)) = 0.003921569
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

TEXTURE2D_X_FLOAT(_RtdImage1);  // what pass 1 wrote
float _Strength;                // strength of the restoration, 0.0 (off) to 1.5
float _Sigma;                   // blur in the middle, sigma in px, 0.0 to 2.0
float _SigmaAtEdge;             // blur in the corners, sigma in px, 0.0 to 2.0
float _Noise;                   // noise, sigma on the 0..1 scale, 0.0 to 0.1

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
#define rtd_moved(dx, dy) (input.positionCS.xy + float2(dx, dy))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), rtd_size)
#define rtd_at(dx, dy) rtd_decode(rtd_texel(_BlitTexture, rtd_place(dx, dy)).rgb)
#define rtd_at1(dx, dy) rtd_texel(_RtdImage1, rtd_place(dx, dy)).rgb

float rtd_radius2(float2 at, float2 size) {  // squared distance from the middle, 1 at corners
    float2 away = 2.0 * at - size;
    return dot(away, away) / dot(size, size);
}

// What the two bands weigh for the least expected error under this noise and a Gaussian
// blur of sigma pixels: a.x c.x + a.y c.y = r.x, a.y c.x + a.z c.y = r.y. Taken over all
// frequencies, a and r are sums of Gaussians in sigma.
float2 rtd_coefficients(float sigma, float noise) {
    float blur = clamp(sigma, 0.3, 2.0);
    float power = noise * noise + 0.0000012815584;  // and rounding
    float3 a = power * float3(0.640625, 0.09472656, 0.07446289);
    float2 r = power * float2(-0.75, -0.1875);
    float g = exp(-0.2 * blur * blur);
    a += g * float3(0.000010709544, 0.000039022954, 0.00014428579);
    r += g * float2(0.0002598976, 0.0008667052);
    g = exp(-0.57707995 * blur * blur);
    a += g * float3(0.000029318515, 0.00008472034, 0.00023760744);
    r += g * float2(-0.000092682436, -0.00062699494);
    g = exp(-1.6651064 * blur * blur);
    a += g * float3(0.00012586558, 0.00020450595, 0.0003479819);
    r += g * float2(0.00025185343, 0.00008051221);
    g = exp(-4.8044977 * blur * blur);
    a += g * float3(0.00036614566, 0.00010179631, -0.0000010364593);
    r += g * float2(0.00018162247, -0.00028501774);
    g = exp(-13.862897 * blur * blur);
    a += g * float3(0.001493404, 0.00024366792, 0.00031380498);
    r += g * float2(-0.0009461817, -0.0001564886);
    g = exp(-40.0 * blur * blur);
    a += g * float3(-0.00077051006, -0.00018915664, -0.00038291217);
    r += g * float2(-0.00015284341, -0.00001019647);
    float2 c = float2(a.z * r.x - a.y * r.y, a.x * r.y - a.y * r.x) / (a.x * a.z - a.y * a.y);
    return c * smoothstep(0.05, 0.3, sigma);  // sharp already: none
}

float4 Pass1(Varyings input) : SV_Target {
    UNITY_SETUP_STEREO_EYE_INDEX_POST_VERTEX(input);
    float3 filtered = 0.25 * rtd_at(0, 0)
        + 0.125 * (rtd_at(0, -1) + rtd_at(-1, 0) + rtd_at(1, 0) + rtd_at(0, 1))
        + 0.0625 * (rtd_at(-1, -1) + rtd_at(1, -1) + rtd_at(-1, 1) + rtd_at(1, 1));
    return float4(filtered, 1.0);
}

float4 Pass2(Varyings input) : SV_Target {
    UNITY_SETUP_STEREO_EYE_INDEX_POST_VERTEX(input);
    float4 original = rtd_texel(_BlitTexture, input.positionCS.xy);
    if (_Strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    float3 centre = rtd_decode(original.rgb);
    float sigma = lerp(_Sigma, _SigmaAtEdge, rtd_radius2(input.positionCS.xy, rtd_size));
    float2 c = rtd_coefficients(sigma, _Noise);
    float3 band1 = centre - rtd_at1(0, 0);
    float3 band2 = 0.75 * rtd_at1(0, 0)
        - 0.125 * (rtd_at1(0, -2) + rtd_at1(-2, 0) + rtd_at1(2, 0) + rtd_at1(0, 2))
        - 0.0625 * (rtd_at1(-2, -2) + rtd_at1(2, -2) + rtd_at1(-2, 2) + rtd_at1(2, 2));
    float3 filtered = centre + c.x * band1 + c.y * band2;
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

        Pass
        {
            Name "RtdPass2"
            HLSLPROGRAM
            #pragma target 3.5
            #pragma vertex Vert
            #pragma fragment Pass2
            #pragma shader_feature_local _RTD_VALUES_ENCODED
            ENDHLSL
        }
    }
}
