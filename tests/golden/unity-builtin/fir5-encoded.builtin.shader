// rtdeconv: golden plan
//
// install  put both files into Assets and make a material of this shader; give the camera the
//          component Rtd Deblur, below other image effects; put the material into its slot
// design   made by hand
//          for the tests
// input    _MainTex: the camera's picture, from OnRenderImage; not single-pass stereo;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    the camera's last image effect: temporal antialiasing and tone mapping lie behind it,
//          the overlay UI ahead; film grain is sharpened too: turn it off
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
#define rtd_moved(dx, dy) (input.uv * rtd_size + float2(dx, -(dy)))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), rtd_size)
#define rtd_at(dx, dy) rtd_encode(rtd_fetch(_MainTex, rtd_place(dx, dy)).rgb)

float4 Pass1(Varyings input) : SV_Target {
    float4 original = tex2Dlod(_MainTex, float4(input.uv, 0.0, 0.0));
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
