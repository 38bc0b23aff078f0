// rtdeconv: golden plan
//
// install  compile vertex and pass1 (vs_5_0 and ps_5_0, or 6_x); draw into a target of the
//          picture's size; views in an _SRGB format need RTD_VALUES_LINEAR 1
// design   made by hand
//          for the tests
// input    source: RGB and straight alpha, as large as the target, row 0 on top;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    display-encoded values are added up as they are
//          values are taken as sRGB-encoded; RTD_VALUES_LINEAR says otherwise
// limit    results leave the 3x3 pixels' range by at most 25 % of it and
//          3.0 times what a peak or line stands out by; channel by channel
// border   clamp: positions outside read the nearest edge pixel
// cost     17 fetches in 1 pass
// remake   rtdeconv export
//
// pass 1, taps on the source in thousandths:
//     -94    .   62    .   31
//       . -250 -125   62    .
//      62 -125 1656 -125   62
//       .   62 -125 -250    .
//      31    .   62    .    .

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
#define rtd_moved(dx, dy) (position.xy + float2(dx, dy))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), picture_size())
#define rtd_at(dx, dy) rtd_encode(source.Load(int3(rtd_place(dx, dy), 0)).rgb)

// value as it is within low..high; a soft knee beyond, which stops short of up and down
float3 rtd_limited(float3 value, float3 low, float3 high, float3 up, float3 down) {
    float3 over = max(value - high, 0.0);
    float3 under = max(low - value, 0.0);
    float3 risen = over * up / sqrt(up * up + over * over + 0.000000000001);
    float3 fallen = under * down / sqrt(down * down + under * under + 0.000000000001);
    return clamp(value, low, high) + risen - fallen;
}

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
    float3 centre = rtd_encode(original.rgb);
    float3 nw = rtd_at(-1, -1);
    float3 n = rtd_at(0, -1);
    float3 ne = rtd_at(1, -1);
    float3 w = rtd_at(-1, 0);
    float3 e = rtd_at(1, 0);
    float3 sw = rtd_at(-1, 1);
    float3 s = rtd_at(0, 1);
    float3 se = rtd_at(1, 1);
    float3 nw2 = rtd_at(-2, -2);
    float3 n2 = rtd_at(0, -2);
    float3 ne2 = rtd_at(2, -2);
    float3 w2 = rtd_at(-2, 0);
    float3 e2 = rtd_at(2, 0);
    float3 sw2 = rtd_at(-2, 2);
    float3 s2 = rtd_at(0, 2);
    float3 se2 = rtd_at(2, 2);
    float3 lowest = min(min(nw, n), min(ne, w));
    lowest = min(lowest, min(min(centre, e), min(sw, min(s, se))));
    float3 highest = max(max(nw, n), max(ne, w));
    highest = max(highest, max(max(centre, e), max(sw, max(s, se))));
    float3 filtered = 1.65625 * centre
        - 0.125 * (n + w + e + s)
        - 0.25 * (nw + se)
        + 0.0625 * (ne + sw + n2 + w2 + e2 + s2)
        - 0.09375 * nw2
        + 0.03125 * (ne2 + sw2);
    // room beyond the range: a share of it, and more where the pixel stands out from both
    // sides, each of two pixels: a peak or a line, but no step's shoulder
    float3 saddle = max(min(nw, nw2), min(se, se2));
    saddle = min(saddle, max(min(n, n2), min(s, s2)));
    saddle = min(saddle, max(min(ne, ne2), min(sw, sw2)));
    saddle = min(saddle, max(min(w, w2), min(e, e2)));
    float3 valley = min(max(nw, nw2), max(se, se2));
    valley = max(valley, min(max(n, n2), max(s, s2)));
    valley = max(valley, min(max(ne, ne2), max(sw, sw2)));
    valley = max(valley, min(max(w, w2), max(e, e2)));
    float3 room = 0.25 * (highest - lowest);
    float3 up = room + 3.0 * max(centre - saddle, 0.0);
    float3 down = room + 3.0 * max(valley - centre, 0.0);
    float3 limited = rtd_limited(filtered, lowest, highest, up, down);
    return float4(rtd_decode(lerp(centre, limited, rtd_strength)), original.a);
}
