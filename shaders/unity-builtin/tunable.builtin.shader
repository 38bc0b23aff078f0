// rtdeconv: comb Laplacian of 2 bands, tunable undoing gaussian:0.8
//
// install  put both files into Assets and make a material of this shader; give the camera the
//          component Rtd Deblur, below other image effects; put the material into its slot
// design   noise 1/255 and 8-bit rounding, prior ar1 of variance 0.05
//          up to 1 px of blur at most 0.008 dB behind a fit of its own
//          fitted for the least expected squared error
//          expected under that prior: +2.7 dB, 0.4 dB below the full Wiener filter
// input    _MainTex: the camera's picture, from OnRenderImage; not single-pass stereo;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    the camera's last image effect: temporal antialiasing and tone mapping lie behind it,
//          the overlay UI ahead; film grain is sharpened too: turn it off
// light    linear light is added up, by the exact sRGB curve
//          values are taken as linear; the toggle Values are encoded (Gamma) says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     19 fetches in 2 passes
//          10 of them decoded where values arrive encoded
//          weights of the bands at every pixel: 6 exponentials
// remake   rtdeconv export gaussian:0.8 --method tunable --terms 2 --to unity-builtin
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

Shader "Rtd/tunable"
{
    Properties
    {
        _Strength("Strength of the restoration", Range(0.0, 1.5)) = 1.0
        _Sigma("Blur, sigma in px", Range(0.0, 2.0)) = 0.8
        _Noise("Noise, sigma on the 0..1 scale", Range(0.0, 0.1)) = 0.003921569
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

sampler2D_float _RtdImage1;  // what pass 1 wrote
float _Strength;             // strength of the restoration, 0.0 (off) to 1.5
float _Sigma;                // blur, sigma in px, 0.0 to 2.0
float _Noise;                // noise, sigma on the 0..1 scale, 0.0 to 0.1

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
#define rtd_at1(dx, dy) rtd_fetch(_RtdImage1, rtd_place(dx, dy)).rgb

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
    float3 filtered = 0.25 * rtd_at(0, 0)
        + 0.125 * (rtd_at(0, -1) + rtd_at(-1, 0) + rtd_at(1, 0) + rtd_at(0, 1))
        + 0.0625 * (rtd_at(-1, -1) + rtd_at(1, -1) + rtd_at(-1, 1) + rtd_at(1, 1));
    return float4(filtered, 1.0);
}

float4 Pass2(Varyings input) : SV_Target {
    float4 original = tex2Dlod(_MainTex, float4(input.uv, 0.0, 0.0));
    if (_Strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    float3 centre = rtd_decode(original.rgb);
    float2 c = rtd_coefficients(_Sigma, _Noise);
    float3 band1 = centre - rtd_at1(0, 0);
    float3 band2 = 0.75 * rtd_at1(0, 0)
        - 0.125 * (rtd_at1(0, -2) + rtd_at1(-2, 0) + rtd_at1(2, 0) + rtd_at1(0, 2))
        - 0.0625 * (rtd_at1(-2, -2) + rtd_at1(2, -2) + rtd_at1(-2, 2) + rtd_at1(2, 2));
    float3 filtered = centre + c.x * band1 + c.y * band2;
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

        Pass
        {
            Name "RtdPass2"
            CGPROGRAM
            #pragma target 3.0
            #pragma vertex Vertex
            #pragma fragment Pass2
            #pragma shader_feature_local _RTD_VALUES_ENCODED
            ENDCG
        }
    }
}
