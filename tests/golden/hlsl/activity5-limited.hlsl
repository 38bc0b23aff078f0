// rtdeconv: golden plan
//
// install  compile vertex and each pass (vs_5_0 and ps_5_0, or 6_x); draw them in turn into targets
//          of the picture's size; pass k writes image<k> for those after it, the last the result;
//          views in an _SRGB format need RTD_VALUES_LINEAR 1
// design   made by hand
//          for the tests
// input    source: RGB and straight alpha, as large as the target, row 0 on top;
//          values above 1 are kept, alpha is copied
//          image 1: structure from -1000.0 to 41000.0, three channels: RGBA16F, filtered LINEAR
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    display-encoded values are added up as they are
//          values are taken as sRGB-encoded; RTD_VALUES_LINEAR says otherwise
// adapts   taps follow the activity around a pixel, its energy over that of the noise alone:
//          class 0 is at 0.25 and below, class 4 at 256.0 and above, others at equal ratios between
//          (noise alone: class 0.8); from class to class weights are interpolated linearly
//          beside clipped highlights nothing leaves the range of the 3x3 pixels
// limit    results leave the 3x3 pixels' range by at most 25 % of it and
//          3.0 times what a peak or line stands out by; by luma, all channels alike
// border   clamp: positions outside read the nearest edge pixel
// cost     39 fetches in 2 passes; 4 of them bilinear
// remake   rtdeconv export
//
// pass 2, class 0, the calmest, taps on the source in thousandths:
//      8  -4 -16  -4   8
//     -4  31  47  31  -4
//    -16  47 750  47 -16
//     -4  31  47  31  -4
//      8  -4 -16  -4   8
//
// pass 2, class 4, the most active, taps on the source in thousandths:
//     -31   16   62   16  -31
//      16 -125 -188 -125   16
//      62 -188 2000 -188   62
//      16 -125 -188 -125   16
//     -31   16   62   16  -31

#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0  // 1: values arrive linear and leave linear
#endif

cbuffer Settings : register(b0) {
    float rtd_strength;  // strength of the restoration, 0.0 (off) to 1.5; 1.0 as designed
};

Texture2D source : register(t0);      // the picture to restore
Texture2D image1 : register(t1);      // structure from pass 1, RGBA16F
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
#define rtd_at1(dx, dy) image1.Load(int3(rtd_place(dx, dy), 0)).rgb
#define rtd_between1(dx, dy) mixed(image1, rtd_place(dx, dy)).rgb

float3 rtd_half(float3 c) {  // rounded to half floats: drivers may truncate
    float3 high = 8193.0 * c;
    return high - (high - c);
}

// Structure of 3x3 pixels: the gradient, angle doubled, (gx^2 - gy^2, 2 gx gy), and the
// energy of gradient and detail: above 1000.0 only at clipped corners.
float3 rtd_structure(
    float3 nw, float3 n, float3 ne,
    float3 w, float3 centre, float3 e,
    float3 sw, float3 s, float3 se
) {
    float3 gx = ((ne - nw) + 2.0 * (e - w) + (se - sw)) / 8.0;
    float3 gy = ((sw - nw) + 2.0 * (s - n) + (se - ne)) / 8.0;
    float3 low = (4.0 * centre + 2.0 * (n + s + e + w) + (nw + ne + sw + se)) / 16.0;
    float3 lost = centre - low;
    float3 luma = float3(0.299, 0.587, 0.114);
    float xx = dot(gx * gx, luma);
    float yy = dot(gy * gy, luma);
    float xy = dot(gx * gy, luma);
    float energy = xx + yy + 4.0 * dot(lost * lost, luma);
    // energy of the noise alone becomes 1, and none more than half floats hold
    float most = 1000.0 / max(energy, 0.000000000001);
    float scale = min(most, 5577.5317);
    // at white, yet above what lies around by more than noise: a corner that clipping cut
    float3 white = clamp((0.02 - abs(centre - 1.0)) / 0.016, 0.0, 1.0);
    float grain = 1.8679833 / sqrt(5577.5317);
    float3 kink = lost - max(grain, 0.04);
    float3 cut = white * clamp(kink / 0.04, 0.0, 1.0);
    float mark = 40000.0 * max(cut.x, max(cut.y, cut.z));
    return float3(scale * (xx - yy), scale * 2.0 * xy, scale * energy + mark);
}

// value as it is within low..high; a soft knee beyond, which stops short of up and down
float rtd_limited(float value, float low, float high, float up, float down) {
    float over = max(value - high, 0.0);
    float under = max(low - value, 0.0);
    float risen = over * up / sqrt(up * up + over * over + 0.000000000001);
    float fallen = under * down / sqrt(down * down + under * under + 0.000000000001);
    return clamp(value, low, high) + risen - fallen;
}

// one triangle over the whole target: Draw(3, 0) without buffers
float4 vertex(uint index : SV_VertexID) : SV_Position {
    float2 corner = float2((index << 1) & 2, index & 2);
    return float4(corner * float2(2.0, -2.0) + float2(-1.0, 1.0), 0.0, 1.0);
}

float4 pass1(float4 position : SV_Position) : SV_Target {
    float3 nw = rtd_at(-1, -1);
    float3 n = rtd_at(0, -1);
    float3 ne = rtd_at(1, -1);
    float3 w = rtd_at(-1, 0);
    float3 centre = rtd_at(0, 0);
    float3 e = rtd_at(1, 0);
    float3 sw = rtd_at(-1, 1);
    float3 s = rtd_at(0, 1);
    float3 se = rtd_at(1, 1);
    return float4(rtd_half(rtd_structure(nw, n, ne, w, centre, e, sw, s, se)), 1.0);
}

float4 pass2(float4 position : SV_Position) : SV_Target {
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
    float3 mean = 0.2 * (rtd_at1(0, 0) + rtd_between1(-1.203125, -1.203125)
                         + rtd_between1(1.203125, -1.203125) + rtd_between1(-1.203125, 1.203125)
                         + rtd_between1(1.203125, 1.203125));
    // class of activity, 0.0 to 4.0; rise: how far the steps between are climbed
    float level = log2(clamp(mean.z, 0.25, 256.0)) * 0.4 + 0.8;
    float4 rise = clamp(level - float4(0.0, 1.0, 2.0, 3.0), 0.0, 1.0);
    // bands, each 0 on flat ground, under weights that follow the class
    float3 adapted = centre;
    float weight1 = -0.1875 + dot(rise, float4(0.1875, 0.375, 0.28125, 0.09375));
    float3 band1 = centre - 0.25 * (n + w + e + s);
    adapted += weight1 * band1;
    float weight2 = -0.125 + dot(rise, float4(0.125, 0.25, 0.1875, 0.0625));
    float3 band2 = centre - 0.25 * (nw + ne + sw + se);
    adapted += weight2 * band2;
    float weight3 = 0.0625 + dot(rise, float4(-0.0625, -0.125, -0.09375, -0.03125));
    float3 band3 = centre - 0.25 * (n2 + w2 + e2 + s2);
    adapted += weight3 * band3;
    float weight4 = 0.03125 + dot(rise, float4(-0.03125, -0.0625, -0.046875, -0.015625));
    float3 band4 = centre
        - 0.125 * (rtd_at(-1, -2) + rtd_at(1, -2) + rtd_at(-2, -1) + rtd_at(2, -1) + rtd_at(-2, 1)
                   + rtd_at(2, 1) + rtd_at(-1, 2) + rtd_at(1, 2));
    adapted += weight4 * band4;
    float weight5 = -0.03125 + dot(rise, float4(0.03125, 0.0625, 0.046875, 0.015625));
    float3 band5 = centre - 0.25 * (nw2 + ne2 + sw2 + se2);
    adapted += weight5 * band5;
    // beside clipped highlights held within the range of the 3x3 pixels
    float held = clamp(mean.z / 1000.0 - 1.0, 0.0, 1.0);
    float3 filtered = lerp(adapted, clamp(adapted, lowest, highest), held);
    float3 luma = float3(0.299, 0.587, 0.114);
    float y_nw = dot(nw, luma);
    float y_n = dot(n, luma);
    float y_ne = dot(ne, luma);
    float y_w = dot(w, luma);
    float y_centre = dot(centre, luma);
    float y_e = dot(e, luma);
    float y_sw = dot(sw, luma);
    float y_s = dot(s, luma);
    float y_se = dot(se, luma);
    float y_nw2 = dot(nw2, luma);
    float y_n2 = dot(n2, luma);
    float y_ne2 = dot(ne2, luma);
    float y_w2 = dot(w2, luma);
    float y_e2 = dot(e2, luma);
    float y_sw2 = dot(sw2, luma);
    float y_s2 = dot(s2, luma);
    float y_se2 = dot(se2, luma);
    float darkest = min(min(y_nw, y_n), min(y_ne, y_w));
    darkest = min(darkest, min(min(y_centre, y_e), min(y_sw, min(y_s, y_se))));
    float brightest = max(max(y_nw, y_n), max(y_ne, y_w));
    brightest = max(brightest, max(max(y_centre, y_e), max(y_sw, max(y_s, y_se))));
    // room beyond the range: a share of it, and more where the pixel stands out from both
    // sides, each of two pixels: a peak or a line, but no step's shoulder
    float saddle = max(min(y_nw, y_nw2), min(y_se, y_se2));
    saddle = min(saddle, max(min(y_n, y_n2), min(y_s, y_s2)));
    saddle = min(saddle, max(min(y_ne, y_ne2), min(y_sw, y_sw2)));
    saddle = min(saddle, max(min(y_w, y_w2), min(y_e, y_e2)));
    float valley = min(max(y_nw, y_nw2), max(y_se, y_se2));
    valley = max(valley, min(max(y_n, y_n2), max(y_s, y_s2)));
    valley = max(valley, min(max(y_ne, y_ne2), max(y_sw, y_sw2)));
    valley = max(valley, min(max(y_w, y_w2), max(y_e, y_e2)));
    float room = 0.25 * (brightest - darkest);
    float up = room + 3.0 * max(y_centre - saddle, 0.0);
    float down = room + 3.0 * max(valley - y_centre, 0.0);
    float was = dot(filtered, luma);
    float kept = rtd_limited(was, darkest, brightest, up, down);
    float3 limited = filtered + (kept - was);
    return float4(rtd_decode(lerp(centre, limited, rtd_strength)), original.a);
}
