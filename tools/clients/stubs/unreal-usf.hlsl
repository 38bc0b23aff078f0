// What a global shader sees of Unreal 5: enough to compile it, and to run it.
// stands for /Engine/Public/Platform.ush
// stands for /Engine/Private/Common.ush
#define MaterialFloat float
#define MaterialFloat3 float3
#define MaterialFloat4 float4

float4 StubVertex(uint id : SV_VertexID) : SV_Position
{
    return float4(float2((id << 1) & 2, id & 2) * float2(2.0, -2.0) + float2(-1.0, 1.0), 0.0, 1.0);
}
