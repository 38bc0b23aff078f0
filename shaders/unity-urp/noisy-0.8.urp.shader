// rtdeconv: 5x5 FIR by activity, 5 classes undoing gaussian:0.8
//
// install  put both files into Assets and make a material of this shader; in the renderer's
//          asset (PC_Renderer or such), Add Renderer Feature, Rtd Deblur Feature; put the
//          material into its slot
// design   noise 3/255 and 8-bit rounding, prior ar1 of variance 0.05
//          halo limit 0.04
//          weights learned from sharp pictures
//          measured on 14 pictures, cross-validated: +2.3 dB, 1.4 dB above the full Wiener filter
// input    _BlitTexture: the camera's colour, straight from the renderer feature;
//          values above 1 are kept, alpha is copied
//          image 1: structure from -1000.0 to 41000.0, three channels: RGBA16F, filtered LINEAR
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    after post-processing, where the feature puts it: temporal antialiasing and tone
//          mapping lie behind it, the overlay UI ahead; film grain is sharpened too: turn it off
// light    linear light is added up, by the exact sRGB curve
//          values are taken as linear; the toggle Values are encoded (Gamma) says otherwise
// adapts   taps follow the activity around a pixel, its energy over that of the noise alone:
//          class 0 is at 0.25 and below, class 4 at 256.0 and above, others at equal ratios between
//          (noise alone: class 0.8); from class to class weights are interpolated linearly
//          beside clipped highlights nothing leaves the range of the 3x3 pixels
// limit    results leave the 3x3 pixels' range by at most 4 % of it and
//          3.0 times what a peak or line stands out by; channel by channel
// border   clamp: positions outside read the nearest edge pixel
// cost     39 fetches in 2 passes; 4 of them bilinear
//          34 of them decoded where values arrive encoded
// remake   rtdeconv export gaussian:0.8 --noise 3/255 --adapt activity --taps 5 --terms 5 --limit 0.04 --to unity-urp
//
// pass 2, class 0, the calmest, taps on the source in thousandths:
//     -8   2  38   2  -8
//      2  47  92  47   2
//     38  92 310  92  38
//      2  47  92  47   2
//     -8   2  38   2  -8
//
// pass 2, class 4, the most active, taps on the source in thousandths:
//       1   88 -127   88    1
//      88 -214 -180 -214   88
//    -127 -180 2377 -180 -127
//      88 -214 -180 -214   88
//       1   88 -127   88    1

Shader "Rtd/noisy-0.8"
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

TEXTURE2D_X_FLOAT(_RtdImage1);  // what pass 1 wrote
float _Strength;                // strength of the restoration, 0.0 (off) to 1.5

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
#define rtd_at(dx, dy) rtd_decode(rtd_texel(_BlitTexture, rtd_place(dx, dy)).rgb)
#define rtd_at1(dx, dy) rtd_texel(_RtdImage1, rtd_place(dx, dy)).rgb
#define rtd_between1(dx, dy) rtd_mixed(_RtdImage1, rtd_place(dx, dy)).rgb

float3 rtd_half(float3 c) {  // rounded to half floats: drivers may truncate
    float3 high = 8193.0 * c;
    return high - (high - c);
}

// Structure of 3x3 pixels: the gradient, angle doubled, (gx^2 - gy^2, 2 gx gy), and the
// energy of gradient and detail: above 1000.0 only at clipped corners.
float3 rtd_structure(
    float3 nw, float3 n, float3 ne,
    float3 w, float3 centre, float3 e,
    float3 sw, float3 s, float3 se
) {
    float3 gx = ((ne - nw) + 2.0 * (e - w) + (se - sw)) / 8.0;
    float3 gy = ((sw - nw) + 2.0 * (s - n) + (se - ne)) / 8.0;
    float3 low = (4.0 * centre + 2.0 * (n + s + e + w) + (nw + ne + sw + se)) / 16.0;
    float3 lost = centre - low;
    float3 luma = float3(0.299, 0.587, 0.114);
    float xx = dot(gx * gx, luma);
    float yy = dot(gy * gy, luma);
    float xy = dot(gx * gy, luma);
    float energy = xx + yy + 4.0 * dot(lost * lost, luma);
    float bright = max(dot(low, luma), 0.0);
    // energy of the noise alone becomes 1, and none more than half floats hold
    float most = 1000.0 / max(energy, 0.000000000001);
    float scale = min(most, 2437.0095 / (0.0019 + (2.8 + 3.4 * bright) * bright));
    // at white, yet above what lies around by more than noise: a corner that clipping cut
    float3 white = clamp((0.04980723 - abs(centre - 1.0)) / 0.039845783, 0.0, 1.0);
    float grain = 4.6519537 / sqrt(2437.0095);
    float3 kink = lost - max(grain, 0.09961446);
    float3 cut = white * clamp(kink / 0.09961446, 0.0, 1.0);
    float mark = 40000.0 * max(cut.x, max(cut.y, cut.z));
    return float3(scale * (xx - yy), scale * 2.0 * xy, scale * energy + mark);
}

// value as it is within low..high; a soft knee beyond, which stops short of up and down
float3 rtd_limited(float3 value, float3 low, float3 high, float3 up, float3 down) {
    float3 over = max(value - high, 0.0);
    float3 under = max(low - value, 0.0);
    float3 risen = over * up / sqrt(up * up + over * over + 0.000000000001);
    float3 fallen = under * down / sqrt(down * down + under * under + 0.000000000001);
    return clamp(value, low, high) + risen - fallen;
}

float4 Pass1(Varyings input) : SV_Target {
    UNITY_SETUP_STEREO_EYE_INDEX_POST_VERTEX(input);
    float3 nw = rtd_at(-1, -1);
    float3 n = rtd_at(0, -1);
    float3 ne = rtd_at(1, -1);
    float3 w = rtd_at(-1, 0);
    float3 centre = rtd_at(0, 0);
    float3 e = rtd_at(1, 0);
    float3 sw = rtd_at(-1, 1);
    float3 s = rtd_at(0, 1);
    float3 se = rtd_at(1, 1);
    return float4(rtd_half(rtd_structure(nw, n, ne, w, centre, e, sw, s, se)), 1.0);
}

float4 Pass2(Varyings input) : SV_Target {
    UNITY_SETUP_STEREO_EYE_INDEX_POST_VERTEX(input);
    float4 original = rtd_texel(_BlitTexture, input.positionCS.xy);
    if (_Strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    float3 centre = rtd_decode(original.rgb);
    float3 nw = rtd_at(-1, -1);
    float3 n = rtd_at(0, -1);
    float3 ne = rtd_at(1, -1);
    float3 w = rtd_at(-1, 0);
    float3 e = rtd_at(1, 0);
    float3 sw = rtd_at(-1, 1);
    float3 s = rtd_at(0, 1);
    float3 se = rtd_at(1, 1);
    float3 nw2 = rtd_at(-2, -2);
    float3 n2 = rtd_at(0, -2);
    float3 ne2 = rtd_at(2, -2);
    float3 w2 = rtd_at(-2, 0);
    float3 e2 = rtd_at(2, 0);
    float3 sw2 = rtd_at(-2, 2);
    float3 s2 = rtd_at(0, 2);
    float3 se2 = rtd_at(2, 2);
    float3 lowest = min(min(nw, n), min(ne, w));
    lowest = min(lowest, min(min(centre, e), min(sw, min(s, se))));
    float3 highest = max(max(nw, n), max(ne, w));
    highest = max(highest, max(max(centre, e), max(sw, max(s, se))));
    float3 mean = 0.2 * (rtd_at1(0, 0) + rtd_between1(-1.203125, -1.203125)
                         + rtd_between1(1.203125, -1.203125) + rtd_between1(-1.203125, 1.203125)
                         + rtd_between1(1.203125, 1.203125));
    // class of activity, 0.0 to 4.0; rise: how far the steps between are climbed
    float level = log2(clamp(mean.z, 0.25, 256.0)) * 0.4 + 0.8;
    float4 rise = clamp(level - float4(0.0, 1.0, 2.0, 3.0), 0.0, 1.0);
    // bands, each 0 on flat ground, under weights that follow the class
    float3 adapted = centre;
    float weight1 = -0.3667 + dot(rise, float4(-0.3265, -0.5283, 0.7476, 1.1927));
    float3 band1 = centre - 0.25 * (n + w + e + s);
    adapted += weight1 * band1;
    float weight2 = -0.1879 + dot(rise, float4(-0.1863, 0.6741, 1.6404, -1.0859));
    float3 band2 = centre - 0.25 * (nw + ne + sw + se);
    adapted += weight2 * band2;
    float weight3 = -0.1502 + dot(rise, float4(0.2618, 0.223, -0.3788, 0.554));
    float3 band3 = centre - 0.25 * (n2 + w2 + e2 + s2);
    adapted += weight3 * band3;
    float weight4 = -0.0179 + dot(rise, float4(0.1587, 0.8419, -1.0904, -0.5951));
    float3 band4 = centre
        - 0.125 * (rtd_at(-1, -2) + rtd_at(1, -2) + rtd_at(-2, -1) + rtd_at(2, -1) + rtd_at(-2, 1)
                   + rtd_at(2, 1) + rtd_at(-1, 2) + rtd_at(1, 2));
    adapted += weight4 * band4;
    float weight5 = 0.0331 + dot(rise, float4(0.1035, -0.615, 0.2833, 0.1921));
    float3 band5 = centre - 0.25 * (nw2 + ne2 + sw2 + se2);
    adapted += weight5 * band5;
    // beside clipped highlights held within the range of the 3x3 pixels
    float held = clamp(mean.z / 1000.0 - 1.0, 0.0, 1.0);
    float3 filtered = lerp(adapted, clamp(adapted, lowest, highest), held);
    // room beyond the range: a share of it, and more where the pixel stands out from both
    // sides, each of two pixels: a peak or a line, but no step's shoulder
    float3 saddle = max(min(nw, nw2), min(se, se2));
    saddle = min(saddle, max(min(n, n2), min(s, s2)));
    saddle = min(saddle, max(min(ne, ne2), min(sw, sw2)));
    saddle = min(saddle, max(min(w, w2), min(e, e2)));
    float3 valley = min(max(nw, nw2), max(se, se2));
    valley = max(valley, min(max(n, n2), max(s, s2)));
    valley = max(valley, min(max(ne, ne2), max(sw, sw2)));
    valley = max(valley, min(max(w, w2), max(e, e2)));
    float3 room = 0.04 * (highest - lowest);
    float3 up = room + 3.0 * max(centre - saddle, 0.0);
    float3 down = room + 3.0 * max(valley - centre, 0.0);
    float3 limited = rtd_limited(filtered, lowest, highest, up, down);
    return float4(rtd_encode(lerp(centre, limited, _Strength)), original.a);
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
