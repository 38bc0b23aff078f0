// rtdeconv: 13-tap FIR in 7x7 undoing gaussian:0.8
//
// install  put both files into Assets and make a material of this shader; give the camera the
//          component Rtd Deblur, below other image effects; put the material into its slot
// design   noise 2/255 and 8-bit rounding, prior ar1 of variance 0.05
//          size of the blur known to +-30 %
//          overshoot of a step at most 0.05
//          fitted for the least expected squared error
//          expected under that prior: +1.5 dB, 0.1 dB below the full Wiener filter
// input    _MainTex: the camera's picture, from OnRenderImage; not single-pass stereo;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    the camera's last image effect: temporal antialiasing and tone mapping lie behind it,
//          the overlay UI ahead; film grain is sharpened too: turn it off
// light    linear light is added up, by the exact sRGB curve
//          values are taken as linear; the toggle Values are encoded (Gamma) says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     13 fetches in 1 pass
//          13 of them decoded where values arrive encoded
// remake   rtdeconv export gaussian:0.8 --noise 2/255 --max-overshoot 0.05 --sigma-range 30 --method free --taps 13 --to unity-builtin
//
// pass 1, taps on the source in thousandths:
//       .    .    .   32    .    .    .
//       .    .    .   -3    .    .    .
//       .    . -219    . -219    .    .
//      32   -3    . 1757    .   -3   32
//       .    . -219    . -219    .    .
//       .    .    .   -3    .    .    .
//       .    .    .   32    .    .    .

Shader "Rtd/general"
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
#define rtd_moved(dx, dy) (input.uv * rtd_size + float2(dx, dy))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), rtd_size)
#define rtd_at(dx, dy) rtd_decode(rtd_fetch(_MainTex, rtd_place(dx, dy)).rgb)

float4 Pass1(Varyings input) : SV_Target {
    float4 original = tex2Dlod(_MainTex, float4(input.uv, 0.0, 0.0));
    if (_Strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    float3 centre = rtd_decode(original.rgb);
    float3 filtered = 1.7567673 * centre
        - 0.2186451 * (rtd_at(-1, -1) + rtd_at(1, -1) + rtd_at(-1, 1) + rtd_at(1, 1))
        - 0.002951622 * (rtd_at(0, -2) + rtd_at(-2, 0) + rtd_at(2, 0) + rtd_at(0, 2))
        + 0.0324049 * (rtd_at(0, -3) + rtd_at(-3, 0) + rtd_at(3, 0) + rtd_at(0, 3));
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
