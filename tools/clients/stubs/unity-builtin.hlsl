// What an image effect sees of UnityCG.cginc on D3D: enough to compile it, and to run it.
// stands for UnityCG.cginc
#define SHADER_API_D3D11 1
#define UNITY_UV_STARTS_AT_TOP 1
#define fixed half
#define fixed2 half2
#define fixed3 half3
#define fixed4 half4

// Unity compiles sampler2D to a texture and a sampler of the texture's own settings; those of a
// render texture are bilinear and clamp
SamplerState stub_linear_clamp;
#define sampler2D Texture2D
#define sampler2D_half Texture2D
#define sampler2D_float Texture2D
#define tex2D(name, uv) name.Sample(stub_linear_clamp, uv)
#define tex2Dlod(name, at) name.SampleLevel(stub_linear_clamp, (at).xy, (at).w)
#define UNITY_DECLARE_TEX2D(name) Texture2D name; SamplerState sampler##name
#define UNITY_SAMPLE_TEX2D(name, uv) name.Sample(sampler##name, uv)
#define UNITY_DECLARE_SCREENSPACE_TEXTURE(name) sampler2D name
#define UNITY_SAMPLE_SCREENSPACE_TEXTURE(name, uv) tex2D(name, uv)
#define UNITY_SETUP_STEREO_EYE_INDEX_POST_VERTEX(input)
#define UnityStereoTransformScreenSpaceTex(uv) uv
#define UNITY_PROJ_COORD(at) at

float4 _ScreenParams;

// names that UnityCG.cginc takes, so that a file which defines them again is refused
half3 GammaToLinearSpace(half3 c) { return c * (c * (c * 0.305306011 + 0.682171111) + 0.012522878); }
half3 LinearToGammaSpace(half3 c) { return max(1.055 * pow(max(c, 0.0), 0.416666667) - 0.055, 0.0); }
half Luminance(half3 c) { return dot(c, half3(0.22, 0.707, 0.071)); }

struct v2f_img
{
    float4 pos : SV_POSITION;
    half2 uv : TEXCOORD0;
};

// Graphics.Blit draws a square from 0 to 1
float4 UnityObjectToClipPos(float4 at)
{
    return float4(at.x * 2.0 - 1.0, 1.0 - at.y * 2.0, 1.0, 1.0);
}
