#version 450
// rtdeconv: 5x5 FIR by activity and direction, 5 classes undoing gaussian:0.8
//
// install  glslangValidator -V or glslc, with -DRTD_VALUES_LINEAR=1 for SRGB views;
//          a pipeline for each -DRTD_PASS, 1 to 2: draw a full-screen triangle into a
//          target of the picture's size, pass k into the image<k> of those after it
// design   noise 3/255 and 8-bit rounding, prior ar1 of variance 0.05
//          halo limit 0.04
//          weights learned from sharp pictures
//          measured on 14 pictures, cross-validated: +3.4 dB, 2.1 dB above the full Wiener filter
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
//          and turn with the direction of the gradient, as far as it has one
//          beside clipped highlights nothing leaves the range of the 3x3 pixels
// limit    results leave the 3x3 pixels' range by at most 4 % of it and
//          3.0 times what a peak or line stands out by; channel by channel
// border   clamp: positions outside read the nearest edge pixel
// cost     39 fetches in 2 passes; 4 of them bilinear
// remake   rtdeconv export gaussian:0.8 --noise 3/255 --adapt oriented --taps 5 --terms 5 --limit 0.04 --light encoded --to glsl450
//
// pass 2, class 0, the calmest, no direction being known, taps on the source in thousandths:
//      9  10  20  10   9
//     10  55  94  55  10
//     20  94 208  94  20
//     10  55  94  55  10
//      9  10  20  10   9
//
// pass 2, class 4, the most active, no direction being known, taps on the source in thousandths:
//     230 -176  200 -176  230
//    -176 -695  352 -695 -176
//     200  352 2063  352  200
//    -176 -695  352 -695 -176
//     230 -176  200 -176  230

#extension GL_EXT_samplerless_texture_functions : require

#ifndef RTD_PASS
#define RTD_PASS 1           // 1..2: compile once for each and draw in order
#endif
#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0  // 1: values arrive linear and leave linear
#endif

layout(set = 0, binding = 0) uniform Settings {
    float strength;  // strength of the restoration, 0.0 (off) to 1.5; 1.0 as designed
};
layout(set = 0, binding = 1) uniform sampler between;   // LINEAR; RGBA16F where RGBA32F lacks it
layout(set = 0, binding = 2) uniform texture2D source;  // the picture to restore
layout(set = 0, binding = 3) uniform texture2D image1;  // structure from pass 1, RGBA16F
layout(location = 0) out vec4 result;

#define picture_size vec2(textureSize(source, 0))
#define here gl_FragCoord.xy  // the viewport is the whole target
#define rtd_texel(image, at) texelFetch(image, ivec2(at), 0)
#define rtd_mixed(image, at) textureLod(sampler2D(image, between), (at) / picture_size, 0.0)

vec3 rtd_decode(vec3 c) {  // sRGB to linear
    if (RTD_VALUES_LINEAR != 1) { return c; }
    vec3 curved = pow((max(c, vec3(0.04045)) + 0.055) / 1.055, vec3(2.4));
    return mix(c / 12.92, curved, greaterThan(c, vec3(0.04045)));
}

vec3 rtd_encode(vec3 c) {  // linear to sRGB
    if (RTD_VALUES_LINEAR != 1) { return c; }
    vec3 curved = 1.055 * pow(max(c, vec3(0.0031308)), vec3(1.0 / 2.4)) - 0.055;
    return mix(c * 12.92, curved, greaterThan(c, vec3(0.0031308)));
}

vec2 rtd_inside(vec2 at, vec2 size) {
    return clamp(at, vec2(0.5, 0.5), size - vec2(0.5, 0.5));
}

// the pixel dx to the right and dy down from the one being written
#define rtd_moved(dx, dy) (here + vec2(dx, dy))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), picture_size)
#define rtd_at(dx, dy) rtd_encode(rtd_texel(source, rtd_place(dx, dy)).rgb)
#define rtd_at1(dx, dy) rtd_texel(image1, rtd_place(dx, dy)).rgb
#define rtd_between1(dx, dy) rtd_mixed(image1, rtd_place(dx, dy)).rgb

vec3 rtd_half(vec3 c) {  // rounded to half floats: drivers may truncate
    vec3 high = 8193.0 * c;
    return high - (high - c);
}

// Structure of 3x3 pixels: the gradient, angle doubled, (gx^2 - gy^2, 2 gx gy), and the
// energy of gradient and detail: above 1000.0 only at clipped corners.
vec3 rtd_structure(
    vec3 nw, vec3 n, vec3 ne,
    vec3 w, vec3 centre, vec3 e,
    vec3 sw, vec3 s, vec3 se
) {
    vec3 gx = ((ne - nw) + 2.0 * (e - w) + (se - sw)) / 8.0;
    vec3 gy = ((sw - nw) + 2.0 * (s - n) + (se - ne)) / 8.0;
    vec3 low = (4.0 * centre + 2.0 * (n + s + e + w) + (nw + ne + sw + se)) / 16.0;
    vec3 lost = centre - low;
    vec3 luma = vec3(0.299, 0.587, 0.114);
    float xx = dot(gx * gx, luma);
    float yy = dot(gy * gy, luma);
    float xy = dot(gx * gy, luma);
    float energy = xx + yy + dot(lost * lost, luma);
    // energy of the noise alone becomes 1, and none more than half floats hold
    float most = 1000.0 / max(energy, 0.000000000001);
    float scale = min(most, 7048.5815);
    // at white, yet above what lies around by more than noise: a corner that clipping cut
    vec3 white = clamp((0.02 - abs(centre - 1.0)) / 0.016, vec3(0.0), vec3(1.0));
    float grain = 3.1768394 / sqrt(7048.5815);
    vec3 kink = lost - max(grain, 0.04);
    vec3 cut = white * clamp(kink / 0.04, vec3(0.0), vec3(1.0));
    float mark = 40000.0 * max(cut.x, max(cut.y, cut.z));
    return vec3(scale * (xx - yy), scale * 2.0 * xy, scale * energy + mark);
}

// value as it is within low..high; a soft knee beyond, which stops short of up and down
vec3 rtd_limited(vec3 value, vec3 low, vec3 high, vec3 up, vec3 down) {
    vec3 over = max(value - high, vec3(0.0));
    vec3 under = max(low - value, vec3(0.0));
    vec3 risen = over * up / sqrt(up * up + over * over + 0.000000000001);
    vec3 fallen = under * down / sqrt(down * down + under * under + 0.000000000001);
    return clamp(value, low, high) + risen - fallen;
}

#if RTD_PASS == 1

void main() {
    vec3 nw = rtd_at(-1, -1);
    vec3 n = rtd_at(0, -1);
    vec3 ne = rtd_at(1, -1);
    vec3 w = rtd_at(-1, 0);
    vec3 centre = rtd_at(0, 0);
    vec3 e = rtd_at(1, 0);
    vec3 sw = rtd_at(-1, 1);
    vec3 s = rtd_at(0, 1);
    vec3 se = rtd_at(1, 1);
    result = vec4(rtd_half(rtd_structure(nw, n, ne, w, centre, e, sw, s, se)), 1.0);
}

#elif RTD_PASS == 2

void main() {
    vec4 original = rtd_texel(source, here);
    if (strength == 0.0) {  // selected, not computed: exactly the input
        result = original;
        return;
    }
    vec3 centre = rtd_encode(original.rgb);
    vec3 nw = rtd_at(-1, -1);
    vec3 n = rtd_at(0, -1);
    vec3 ne = rtd_at(1, -1);
    vec3 w = rtd_at(-1, 0);
    vec3 e = rtd_at(1, 0);
    vec3 sw = rtd_at(-1, 1);
    vec3 s = rtd_at(0, 1);
    vec3 se = rtd_at(1, 1);
    vec3 nw2 = rtd_at(-2, -2);
    vec3 n2 = rtd_at(0, -2);
    vec3 ne2 = rtd_at(2, -2);
    vec3 w2 = rtd_at(-2, 0);
    vec3 e2 = rtd_at(2, 0);
    vec3 sw2 = rtd_at(-2, 2);
    vec3 s2 = rtd_at(0, 2);
    vec3 se2 = rtd_at(2, 2);
    vec3 lowest = min(min(nw, n), min(ne, w));
    lowest = min(lowest, min(min(centre, e), min(sw, min(s, se))));
    vec3 highest = max(max(nw, n), max(ne, w));
    highest = max(highest, max(max(centre, e), max(sw, max(s, se))));
    vec3 mean = 0.2 * (rtd_at1(0, 0) + rtd_between1(-1.203125, -1.203125)
                       + rtd_between1(1.203125, -1.203125) + rtd_between1(-1.203125, 1.203125)
                       + rtd_between1(1.203125, 1.203125));
    // class of activity, 0.0 to 4.0; rise: how far the steps between are climbed
    float level = log2(clamp(mean.z, 0.25, 256.0)) * 0.4 + 0.8;
    vec4 rise = clamp(level - vec4(0.0, 1.0, 2.0, 3.0), vec4(0.0), vec4(1.0));
    // cos and sin of twice and of four times the gradient's angle, less the less is known
    vec2 turn = mean.xy / (mean.z + 0.5);
    vec2 twice = vec2(turn.x * turn.x - turn.y * turn.y, 2.0 * turn.x * turn.y);
    float sure = dot(turn, turn);
    vec3 n2w1 = rtd_at(-1, -2);
    vec3 n2e1 = rtd_at(1, -2);
    vec3 n1w2 = rtd_at(-2, -1);
    vec3 n1e2 = rtd_at(2, -1);
    vec3 s1w2 = rtd_at(-2, 1);
    vec3 s1e2 = rtd_at(2, 1);
    vec3 s2w1 = rtd_at(-1, 2);
    vec3 s2e1 = rtd_at(1, 2);
    // bands, each 0 on flat ground, under weights that follow the class and the direction
    vec3 adapted = centre;
    float weight1 = -0.3749 + dot(rise, vec4(-0.0624, -0.6834, -0.0036, -0.285));
    weight1 += sure * (-1.0418 + dot(rise, vec4(0.4465, 1.0017, -0.2651, 0.4011)));
    weight1 += twice.x * (-0.3726 + dot(rise, vec4(0.7105, -0.4707, 0.0058, -0.3305)));
    vec3 band1 = centre - 0.25 * (n + w + e + s);
    adapted += weight1 * band1;
    float weight2 = -0.2202 + dot(rise, vec4(-0.0665, 0.0673, 2.5322, 0.4675));
    weight2 += sure * (1.0726 + dot(rise, vec4(-0.3164, -0.5299, -2.5755, 1.2559)));
    weight2 += twice.x * (0.0065 + dot(rise, vec4(-0.1171, 0.5727, -0.1359, 0.1121)));
    vec3 band2 = centre - 0.25 * (nw + ne + sw + se);
    adapted += weight2 * band2;
    float weight3 = -0.0786 + dot(rise, vec4(-0.0025, 0.6298, -0.3217, -1.0267));
    weight3 += sure * (0.7493 + dot(rise, vec4(-0.0221, -1.1134, 0.3129, 1.3013)));
    weight3 += twice.x * (0.8126 + dot(rise, vec4(-1.686, 0.1125, 0.0355, -0.6385)));
    vec3 band3 = centre - 0.25 * (n2 + w2 + e2 + s2);
    adapted += weight3 * band3;
    float weight4 = -0.0812 + dot(rise, vec4(-0.0199, 0.8068, 0.1378, 0.5667));
    weight4 += sure * (1.7428 + dot(rise, vec4(-0.6131, -1.5093, 0.0974, -0.8414)));
    weight4 += twice.x * (0.0031 + dot(rise, vec4(-0.2469, 0.5313, 0.3307, 0.6889)));
    vec3 band4 = centre - 0.125 * (n2w1 + n2e1 + n1w2 + n1e2 + s1w2 + s1e2 + s2w1 + s2e1);
    adapted += weight4 * band4;
    float weight5 = -0.0375 + dot(rise, vec4(0.1105, -0.3362, -0.7435, 0.0886));
    weight5 += sure * (-0.8891 + dot(rise, vec4(0.2856, 0.8299, 0.7229, -0.6093)));
    weight5 += twice.x * (-0.552 + dot(rise, vec4(0.9809, -0.4055, -0.1289, -0.1927)));
    vec3 band5 = centre - 0.25 * (nw2 + ne2 + sw2 + se2);
    adapted += weight5 * band5;
    float weight6 = turn.x * (0.2328 + dot(rise, vec4(-0.3708, -0.7431, -0.7493, -1.3054)));
    vec3 band6 = -0.25 * (n + s) + 0.25 * (w + e);
    adapted += weight6 * band6;
    float weight7 = turn.x * (0.0054 + dot(rise, vec4(-0.3992, 0.1283, -0.198, -0.085)));
    vec3 band7 = -0.25 * (n2 + s2) + 0.25 * (w2 + e2);
    adapted += weight7 * band7;
    float weight8 = turn.x * (-0.5844 + dot(rise, vec4(0.2205, 0.8461, 0.7146, 0.8966)));
    vec3 band8 = -0.125 * (n2w1 + n2e1 + s2w1 + s2e1) + 0.125 * (n1w2 + n1e2 + s1w2 + s1e2);
    adapted += weight8 * band8;
    float weight9 = turn.y * (-0.0437 + dot(rise, vec4(-0.5628, -0.6574, 0.3187, -0.7155)));
    vec3 band9 = -0.25 * (ne + sw) + 0.25 * (nw + se);
    adapted += weight9 * band9;
    float weight10 = turn.y * (0.2755 + dot(rise, vec4(-0.4327, 0.2957, 0.2478, 0.629)));
    vec3 band10 = -0.125 * (n2e1 + n1e2 + s1w2 + s2w1) + 0.125 * (n2w1 + n1w2 + s1e2 + s2e1);
    adapted += weight10 * band10;
    float weight11 = turn.y * (-0.1449 + dot(rise, vec4(0.1912, 0.2962, -0.1882, 0.1351)));
    vec3 band11 = -0.25 * (ne2 + sw2) + 0.25 * (nw2 + se2);
    adapted += weight11 * band11;
    float weight12 = twice.y * (-1.2991 + dot(rise, vec4(1.5129, 0.8704, -0.5809, 0.7799)));
    vec3 band12 = -0.125 * (n2w1 + n1e2 + s1w2 + s2e1) + 0.125 * (n2e1 + n1w2 + s1e2 + s2w1);
    adapted += weight12 * band12;
    // beside clipped highlights held within the range of the 3x3 pixels
    float held = clamp(mean.z / 1000.0 - 1.0, 0.0, 1.0);
    vec3 filtered = mix(adapted, clamp(adapted, lowest, highest), held);
    // room beyond the range: a share of it, and more where the pixel stands out from both
    // sides, each of two pixels: a peak or a line, but no step's shoulder
    vec3 saddle = max(min(nw, nw2), min(se, se2));
    saddle = min(saddle, max(min(n, n2), min(s, s2)));
    saddle = min(saddle, max(min(ne, ne2), min(sw, sw2)));
    saddle = min(saddle, max(min(w, w2), min(e, e2)));
    vec3 valley = min(max(nw, nw2), max(se, se2));
    valley = max(valley, min(max(n, n2), max(s, s2)));
    valley = max(valley, min(max(ne, ne2), max(sw, sw2)));
    valley = max(valley, min(max(w, w2), max(e, e2)));
    vec3 room = 0.04 * (highest - lowest);
    vec3 up = room + 3.0 * max(centre - saddle, vec3(0.0));
    vec3 down = room + 3.0 * max(valley - centre, vec3(0.0));
    vec3 limited = rtd_limited(filtered, lowest, highest, up, down);
    result = vec4(rtd_decode(mix(centre, limited, strength)), original.a);
}

#endif
