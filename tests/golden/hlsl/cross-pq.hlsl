// rtdeconv: golden plan
//
// install  compile vertex and pass1 (vs_5_0 and ps_5_0, or 6_x); draw into a target of the
//          picture's size; views in an _SRGB format need RTD_VALUES_LINEAR 1
// design   made by hand
//          for the tests
// input    source: RGB and straight alpha, as large as the target, row 0 on top;
//          values above 1.1, beyond what PQ codes, become that, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    linear light is added up, by the exact PQ curve (SMPTE ST 2084)
//          values are taken as PQ-encoded; RTD_VALUES_LINEAR says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     5 fetches in 1 pass
//          5 of them decoded, none where values arrive linear
// remake   rtdeconv export
//
// pass 1, taps on the source in thousandths:
//       . -250    .
//    -250 2000 -250
//       . -250    .

#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0  // 1: values arrive linear and leave linear
#endif

cbuffer Settings : register(b0) {
    float rtd_strength;  // strength of the restoration, 0.0 (off) to 1.5; 1.0 as designed
};

Texture2D source : register(t0);  // the picture to restore

float2 picture_size() {
    float2 size;
    source.GetDimensions(size.x, size.y);
    return size;
}

float3 rtd_decode(float3 c) {  // PQ to linear, 1.0 is 100 cd/m2
    if (RTD_VALUES_LINEAR == 1) { return c; }
    float3 root = pow(min(abs(c), 1.1), 32.0 / 2523.0);
    float3 share = max(root - 0.8359375, 0.0) / (18.8515625 - 18.6875 * root);
    return 100.0 * sign(c) * pow(share, 16384.0 / 2610.0);
}

float3 rtd_encode(float3 c) {  // and back
    if (RTD_VALUES_LINEAR == 1) { return c; }
    float3 power = pow(abs(c) / 100.0, 2610.0 / 16384.0);
    float3 ratio = (0.8359375 + 18.8515625 * power) / (1.0 + 18.6875 * power);
    return sign(c) * pow(ratio, 2523.0 / 32.0);
}

float2 rtd_inside(float2 at, float2 size) {
    return clamp(at, float2(0.5, 0.5), size - float2(0.5, 0.5));
}

// the pixel dx to the right and dy down from the one being written
#define rtd_moved(dx, dy) (position.xy + float2(dx, dy))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), picture_size())
#define rtd_at(dx, dy) rtd_decode(source.Load(int3(rtd_place(dx, dy), 0)).rgb)

// one triangle over the whole target: Draw(3, 0) without buffers
float4 vertex(uint index : SV_VertexID) : SV_Position {
    float2 corner = float2((index << 1) & 2, index & 2);
    return float4(corner * float2(2.0, -2.0) + float2(-1.0, 1.0), 0.0, 1.0);
}

float4 pass1(float4 position : SV_Position) : SV_Target {
    float4 original = source.Load(int3(position.xy, 0));
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    float3 centre = rtd_decode(original.rgb);
    float3 filtered = 2.0 * centre
        - 0.25 * (rtd_at(0, -1) + rtd_at(-1, 0) + rtd_at(1, 0) + rtd_at(0, 1));
    return float4(rtd_encode(lerp(centre, filtered, rtd_strength)), original.a);
}
