// rtdeconv: 17 bilinear fetches undoing disk:1.5
//
// install  compile vertex and each pass (vs_5_0 and ps_5_0, or 6_x); draw them in turn into targets
//          of the picture's size; pass k writes image<k> for those after it, the last the result;
//          views in an _SRGB format need RTD_VALUES_LINEAR 1
// design   noise 2/255 and 8-bit rounding, prior ar1 of variance 0.05
//          fitted for the least expected squared error
//          expected under that prior: +2.1 dB, 0.3 dB below the full Wiener filter
// input    source: RGB and straight alpha, as large as the target, row 0 on top;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    linear light is added up, by the exact sRGB curve
//          values are taken as sRGB-encoded; RTD_VALUES_LINEAR says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     18 fetches in 2 passes; 16 of them bilinear
//          pass 1 only decodes, so that bilinear fetches mix linear light
// remake   rtdeconv export disk:1.5 --noise 2/255 --method fetch --taps 17 --to hlsl
//
// pass 2, taps on the image of pass 1 in thousandths, its bilinear fetches taken together:
//       .    .    .    .    .  -18  -33    .    .    .    .
//       .    .    .    .    .   36    5    .    .    .    .
//       .    .    .    .    .  139  168    .    .    .    .
//       .    .    .    .    . -531 -283    .    .    .    .
//     -33    5  168 -283  107  612  107    .    .    .    .
//     -18   36  139 -531  612  196  612 -531  139   36  -18
//       .    .    .    .  107  612  107 -283  168    5  -33
//       .    .    .    . -283 -531    .    .    .    .    .
//       .    .    .    .  168  139    .    .    .    .    .
//       .    .    .    .    5   36    .    .    .    .    .
//       .    .    .    .  -33  -18    .    .    .    .    .

#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0  // 1: values arrive linear and leave linear
#endif

cbuffer Settings : register(b0) {
    float rtd_strength;  // strength of the restoration, 0.0 (off) to 1.5; 1.0 as designed
};

Texture2D source : register(t0);      // the picture to restore
Texture2D image1 : register(t1);      // what pass 1 wrote, RGBA32F
SamplerState between : register(s0);  // linear filter, address mode clamp

float2 picture_size() {
    float2 size;
    source.GetDimensions(size.x, size.y);
    return size;
}

float4 mixed(Texture2D image, float2 at) {
    return image.SampleLevel(between, at / picture_size(), 0.0);
}

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
#define rtd_moved(dx, dy) (position.xy + float2(dx, dy))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), picture_size())
#define rtd_at(dx, dy) rtd_decode(source.Load(int3(rtd_place(dx, dy), 0)).rgb)
#define rtd_between1(dx, dy) mixed(image1, rtd_place(dx, dy)).rgb

// one triangle over the whole target: Draw(3, 0) without buffers
float4 vertex(uint index : SV_VertexID) : SV_Position {
    float2 corner = float2((index << 1) & 2, index & 2);
    return float4(corner * float2(2.0, -2.0) + float2(-1.0, 1.0), 0.0, 1.0);
}

float4 pass1(float4 position : SV_Position) : SV_Target {
    return float4(rtd_at(0, 0), 1.0);
}

float4 pass2(float4 position : SV_Position) : SV_Target {
    float4 original = source.Load(int3(position.xy, 0));
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    float3 centre = rtd_decode(original.rgb);
    float3 filtered = 0.1964159 * centre
        + 0.7184036 * (rtd_between1(0.1484375, -1.0) + rtd_between1(-1.0, -0.1484375)
                       + rtd_between1(1.0, 0.1484375) + rtd_between1(-0.1484375, 1.0))
        - 0.8143399 * (rtd_between1(0.34765625, -2.0) + rtd_between1(-2.0, -0.34765625)
                       + rtd_between1(2.0, 0.34765625) + rtd_between1(-0.34765625, 2.0))
        + 0.5137346 * (rtd_between1(0.546875, -3.4023438) + rtd_between1(-3.4023438, -0.546875)
                       + rtd_between1(3.4023438, 0.546875) + rtd_between1(-0.546875, 3.4023438))
        - 0.21690226 * (rtd_between1(0.65234375, -4.234375) + rtd_between1(-4.234375, -0.65234375)
                        + rtd_between1(4.234375, 0.65234375) + rtd_between1(-0.65234375, 4.234375));
    return float4(rtd_encode(lerp(centre, filtered, rtd_strength)), original.a);
}
