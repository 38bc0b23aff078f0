// What a full-screen pass sees of URP 14 to 17 on D3D, mono: enough to compile it, and to run it.
// stands for Packages/com.unity.render-pipelines.universal/ShaderLibrary/Core.hlsl
// stands for Packages/com.unity.render-pipelines.core/ShaderLibrary/Color.hlsl
// stands for Packages/com.unity.render-pipelines.core/Runtime/Utilities/Blit.hlsl
#define UNITY_VERSION 60000000
#define SHADER_API_D3D11 1
#define UNITY_UV_STARTS_AT_TOP 1
#define UNITY_REVERSED_Z 1
#define real float
#define real2 float2
#define real3 float3
#define real4 float4
#define CBUFFER_START(name) cbuffer name {
#define CBUFFER_END };

#define TEXTURE2D(name) Texture2D name
#define TEXTURE2D_FLOAT(name) TEXTURE2D(name)
#define TEXTURE2D_X(name) TEXTURE2D(name)
#define TEXTURE2D_X_FLOAT(name) TEXTURE2D(name)
#define TEXTURE2D_PARAM(name, samplerName) TEXTURE2D(name), SAMPLER(samplerName)
#define TEXTURE2D_ARGS(name, samplerName) name, samplerName
#define SAMPLER(name) SamplerState name
#define SAMPLE_TEXTURE2D(name, samplerName, uv) name.Sample(samplerName, uv)
#define SAMPLE_TEXTURE2D_LOD(name, samplerName, uv, lod) name.SampleLevel(samplerName, uv, lod)
#define LOAD_TEXTURE2D(name, at) name.Load(int3(at, 0))
#define LOAD_TEXTURE2D_LOD(name, at, lod) name.Load(int3(at, lod))
#define SAMPLE_TEXTURE2D_X(name, samplerName, uv) SAMPLE_TEXTURE2D(name, samplerName, uv)
#define SAMPLE_TEXTURE2D_X_LOD(name, samplerName, uv, lod) \
    SAMPLE_TEXTURE2D_LOD(name, samplerName, uv, lod)
#define LOAD_TEXTURE2D_X(name, at) LOAD_TEXTURE2D(name, at)
#define LOAD_TEXTURE2D_X_LOD(name, at, lod) LOAD_TEXTURE2D_LOD(name, at, lod)

#define UNITY_VERTEX_INPUT_INSTANCE_ID
#define UNITY_VERTEX_OUTPUT_STEREO
#define UNITY_SETUP_INSTANCE_ID(input)
#define UNITY_INITIALIZE_VERTEX_OUTPUT_STEREO(output)
#define UNITY_SETUP_STEREO_EYE_INDEX_POST_VERTEX(input)
#define UnityStereoTransformScreenSpaceTex(uv) uv

SAMPLER(sampler_PointClamp);
SAMPLER(sampler_LinearClamp);
SAMPLER(sampler_PointRepeat);
SAMPLER(sampler_LinearRepeat);

TEXTURE2D_X(_BlitTexture);
#if UNITY_VERSION >= 202320
uniform float4 _BlitTexture_TexelSize;
#endif
float4 _ScreenParams;
float4 _ScreenSize;

// names that Color.hlsl takes, so that a file which defines them again is refused
float3 SRGBToLinear(float3 c) { return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4); }
float3 LinearToSRGB(float3 c)
{
    return c <= 0.0031308 ? 12.92 * c : 1.055 * pow(c, 1.0 / 2.4) - 0.055;
}
float Luminance(float3 c) { return dot(c, float3(0.2126729, 0.7151522, 0.0721750)); }

struct Attributes
{
    uint vertexID : SV_VertexID;
};

struct Varyings
{
    float4 positionCS : SV_POSITION;
    float2 texcoord : TEXCOORD0;
};

Varyings Vert(Attributes input)
{
    Varyings output;
    float2 uv = float2((input.vertexID << 1) & 2, input.vertexID & 2);
    output.positionCS = float4(uv.x * 2.0 - 1.0, 1.0 - uv.y * 2.0, 1.0, 1.0);
    output.texcoord = uv;
    return output;
}
