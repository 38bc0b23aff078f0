// What a Custom node of a post-process material sees of Unreal 5: enough to compile it, and to run it.
#define MaterialFloat float
#define MaterialFloat2 float2
#define MaterialFloat3 float3
#define MaterialFloat4 float4
#define PPI_PostProcessInput0 14

Texture2D SourceTexture;
SamplerState StubPoint;
SamplerState StubLinear;
float4 StubBufferSize;  // xy size, zw inverse
float4 StubViewSize;

struct FStubView
{
    float4 BufferSizeAndInvSize;
    float4 ViewSizeAndInvSize;
    float4 ViewRectMin;
};
#define View StubView()
FStubView StubView()
{
    FStubView view = {StubBufferSize, StubViewSize, float4(0.0, 0.0, 0.0, 0.0)};
    return view;
}

struct FMaterialPixelParameters
{
    float4 SvPosition;
};

float2 GetDefaultSceneTextureUV(FMaterialPixelParameters Parameters, uint SceneTextureId)
{
    return Parameters.SvPosition.xy * StubBufferSize.zw;
}

float2 GetViewportUV(FMaterialPixelParameters Parameters)
{
    return Parameters.SvPosition.xy * StubViewSize.zw;
}

float2 ViewportUVToSceneTextureUV(float2 ViewportUV, uint SceneTextureId)
{
    return ViewportUV * StubViewSize.xy * StubBufferSize.zw;
}

float4 GetSceneTextureViewSize(uint SceneTextureId) { return StubViewSize; }

float2 ClampSceneTextureUV(float2 BufferUV, uint SceneTextureId)
{
    return clamp(BufferUV, 0.5 * StubBufferSize.zw, (StubViewSize.xy - 0.5) * StubBufferSize.zw);
}

float4 SceneTextureLookup(float2 UV, uint SceneTextureId, bool bFiltered)
{
    if (bFiltered) return SourceTexture.SampleLevel(StubLinear, UV, 0.0);
    return SourceTexture.SampleLevel(StubPoint, UV, 0.0);
}

float4 StubVertex(uint id : SV_VertexID) : SV_Position
{
    return float4(float2((id << 1) & 2, id & 2) * float2(2.0, -2.0) + float2(-1.0, 1.0), 0.0, 1.0);
}
