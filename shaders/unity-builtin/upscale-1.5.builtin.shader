// rtdeconv: 17 bilinear fetches undoing upscale:1.5:bilinear
//
// install  put both files into Assets and make a material of this shader; give the camera the
//          component Rtd Deblur, below other image effects; put the material into its slot
// design   noise 1/255 and 8-bit rounding, prior ar1 of variance 0.05
//          fitted for the least expected squared error
//          expected under that prior: +1.2 dB, 0.3 dB below the full Wiener filter
// input    _MainTex: the camera's picture, from OnRenderImage; not single-pass stereo;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    the camera's last image effect: temporal antialiasing and tone mapping lie behind it,
//          the overlay UI ahead; film grain is sharpened too: turn it off
// light    linear light is added up, by the exact sRGB curve
//          values are taken as linear; the toggle Values are encoded (Gamma) says otherwise
//          (bilinear fetches mix values as they arrive: it is then an approximation)
// border   clamp: positions outside read the nearest edge pixel
// cost     17 fetches in 1 pass; 14 of them bilinear
//          17 of them decoded where values arrive encoded
// remake   rtdeconv export upscale:1.5:bilinear --method fetch --taps 17 --to unity-builtin
//
// pass 1, taps on the source in thousandths, its bilinear fetches taken together:
//       .    .    .    .    .    4   58    .    .    .    .    .    .
//       .    .    .    .    .  -12 -157    .    .    .    .    .    .
//       .    .    .    .    .   12  153    .    .    .    .    .    .
//       .    .    .    .    .    4   52    .    .    .    .    .    .
//       .    .    .    .    .  -27 -331    .    .    .    .    .    .
//       .    .    6    4  -25   60  246    .    .    .    .    .    .
//       .  -67  100   70 -334  246  875  246 -334   70  100  -67    .
//       .    .    .    .    .    .  246   60  -25    4    6    .    .
//       .    .    .    .    .    . -331  -27    .    .    .    .    .
//       .    .    .    .    .    .   52    4    .    .    .    .    .
//       .    .    .    .    .    .  153   12    .    .    .    .    .
//       .    .    .    .    .    . -157  -12    .    .    .    .    .
//       .    .    .    .    .    .   58    4    .    .    .    .    .

Shader "Rtd/upscale-1.5"
{
    Properties
    {
        _Strength("Strength of the restoration", Range(0.0, 1.5)) = 1.0
        [Toggle(_RTD_VALUES_ENCODED)] _ValuesAreEncoded("Values are encoded (Gamma)", Float) = 0.0
    }

    CGINCLUDE
#include "UnityCG.cginc"

#ifdef _RTD_VALUES_ENCODED
#define RTD_VALUES_LINEAR 0
#else
#define RTD_VALUES_LINEAR 1  // as in projects of Linear colour space
#endif

sampler2D_float _MainTex;
float4 _MainTex_TexelSize;

#define rtd_size _MainTex_TexelSize.zw
#define rtd_fetch(image, at) tex2Dlod(image, float4((at) / rtd_size, 0.0, 0.0))

struct Varyings {
    float4 position : SV_POSITION;
    float2 uv : TEXCOORD0;  // that of v2f_img is half: on phones too coarse to tell pixels
};

Varyings Vertex(float4 position : POSITION, float2 uv : TEXCOORD0) {
    Varyings output;
    output.position = UnityObjectToClipPos(position);
    output.uv = uv;
    return output;
}

float _Strength;  // strength of the restoration, 0.0 (off) to 1.5

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
#define rtd_moved(dx, dy) (input.uv * rtd_size + float2(dx, -(dy)))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), rtd_size)
#define rtd_at(dx, dy) rtd_decode(rtd_fetch(_MainTex, rtd_place(dx, dy)).rgb)
#define rtd_between(dx, dy) rtd_decode(rtd_fetch(_MainTex, rtd_place(dx, dy)).rgb)

float4 Pass1(Varyings input) : SV_Target {
    float4 original = tex2Dlod(_MainTex, float4(input.uv, 0.0, 0.0));
    if (_Strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    float3 centre = rtd_decode(original.rgb);
    float3 filtered = -1.1507254 * centre
        + 1.5642562 * (rtd_between(-0.1953125, -0.1953125) + rtd_between(0.1953125, 0.1953125))
        - 0.35940313 * (rtd_between(-2.0, -0.0703125) + rtd_between(2.0, 0.0703125))
        - 0.35755634 * (rtd_between(-0.07421875, -2.0) + rtd_between(0.07421875, 2.0))
        + 0.18031359 * (rtd_between(-3.5898438, -0.05859375) + rtd_between(3.5898438, 0.05859375))
        + 0.221766 * (rtd_between(-0.07421875, -3.7460938) + rtd_between(0.07421875, 3.7460938))
        - 0.06682587 * (rtd_at(-5, 0) + rtd_at(5, 0))
        - 0.16839504 * (rtd_between(-0.0703125, -5.0) + rtd_between(0.0703125, 5.0))
        + 0.061207294 * (rtd_between(-0.05859375, -6.0) + rtd_between(0.05859375, 6.0));
    return float4(rtd_encode(lerp(centre, filtered, _Strength)), original.a);
}
    ENDCG

    SubShader
    {
        Cull Off
        ZWrite Off
        ZTest Always

        Pass
        {
            Name "RtdPass1"
            CGPROGRAM
            #pragma target 3.0
            #pragma vertex Vertex
            #pragma fragment Pass1
            #pragma shader_feature_local _RTD_VALUES_ENCODED
            ENDCG
        }
    }
}
