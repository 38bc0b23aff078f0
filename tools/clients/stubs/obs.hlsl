// What obs-shaderfilter puts in front of a .shader, in D3D's words: enough to compile it, and to run
// it. The source lies in a margin of transparent pixels, because the filter's own sampler reads such
// pixels beyond the border and not every device can.
#define texture2d Texture2D
#define sampler_state SamplerState
#define POSITION SV_Position
#define TARGET SV_Target
#define STUB_MARGIN 16

uniform texture2d image;
uniform float2 uv_size;
uniform float2 uv_pixel_interval;
uniform float2 uv_scale;
uniform float2 uv_offset;

float2 stub_within(float2 uv) { return (uv * uv_size + STUB_MARGIN) / (uv_size + 2.0 * STUB_MARGIN); }
float2 stub_border(float2 uv) { return stub_within(uv); }
float2 stub_clamp(float2 uv) { return stub_within(clamp(uv, 0.5 / uv_size, 1.0 - 0.5 / uv_size)); }
int3 stub_pixel(int3 at) { return at + int3(STUB_MARGIN, STUB_MARGIN, 0); }
#define Sample(name, uv) Sample(name, stub_of_##name(uv))
#define SampleLevel(name, uv, lod) SampleLevel(name, stub_of_##name(uv), lod)
#define Load(at) Load(stub_pixel(at))

sampler_state textureSampler
{
    Filter = Linear;
    AddressU = Border;
    AddressV = Border;
    BorderColor = 00000000;
};
#define stub_of_textureSampler stub_border

struct VertData
{
    float4 pos : POSITION;
    float2 uv : TEXCOORD0;
};

VertData StubVertex(uint id : SV_VertexID)
{
    VertData output;
    output.uv = float2((id << 1) & 2, id & 2);
    output.pos = float4(output.uv * float2(2.0, -2.0) + float2(-1.0, 1.0), 0.0, 1.0);
    return output;
}
