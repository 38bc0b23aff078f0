// rtdeconv: 5x5 FIR by activity, 5 classes undoing gaussian:0.8
//
// install  paste it above main: GLSL 3.30, or ES 3.00 after precision highp float and sampler2D;
//          draw rtd_pass1 into image1, then rtd_deblur; texel: 1.0 / vec2(textureSize(source, 0));
//          #define RTD_STRENGTH before it, as a uniform of yours, for a slider
// design   noise 3/255 and 8-bit rounding, prior ar1 of variance 0.05
//          halo limit 0.04
//          weights learned from sharp pictures
//          measured on 14 pictures, cross-validated: +2.8 dB, 1.5 dB above the full Wiener filter
// input    source: RGB, from any sampler;
//          values above 1 are kept, alpha is yours
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
// limit    results leave the 3x3 pixels' range by at most 4 % of it and
//          3.0 times what a peak or line stands out by; channel by channel
// border   clamp: positions outside read the nearest edge pixel
// cost     39 fetches in 2 passes; 4 of them bilinear
// remake   rtdeconv export gaussian:0.8 --noise 3/255 --adapt activity --taps 5 --terms 5 --limit 0.04 --light encoded --to glsl-function
//
// pass 2, class 0, the calmest, taps on the source in thousandths:
//    -10  12  42  12 -10
//     12  51  84  51  12
//     42  84 235  84  42
//     12  51  84  51  12
//    -10  12  42  12 -10
//
// pass 2, class 4, the most active, taps on the source in thousandths:
//     468 -406  412 -406  468
//    -406 -908  515 -908 -406
//     412  515 2296  515  412
//    -406 -908  515 -908 -406
//     468 -406  412 -406  468

// source   the picture to restore
// image1   structure from pass 1, RGBA16F; filter it LINEAR

#ifndef RTD_STRENGTH
#define RTD_STRENGTH 1.0     // strength of the restoration, 0.0 (off) to 1.5
#endif
#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0  // 1: values arrive linear and leave linear
#endif
#ifndef RTD_ROWS_UP
#define RTD_ROWS_UP 0        // 1: uv grows from the bottom of the picture to its top
#endif

// in the functions below: where they are called for, in pixels, and the picture's size
#define rtd_here (uv / texel)
#define rtd_size (1.0 / texel)
#define rtd_texel(image, at) texelFetch(image, ivec2(at), 0)
#define rtd_down(dy) (RTD_ROWS_UP == 1 ? -(dy) : (dy))

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
#define rtd_moved(dx, dy) (rtd_here + vec2(dx, rtd_down(dy)))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), rtd_size)
#define rtd_at(dx, dy) rtd_encode(rtd_texel(source, rtd_place(dx, dy)).rgb)
#define rtd_at1(dx, dy) rtd_texel(image1, rtd_place(dx, dy)).rgb
#define rtd_between1(dx, dy) textureLod(image1, rtd_place(dx, dy) / rtd_size, 0.0).rgb

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
    float energy = xx + yy + 4.0 * dot(lost * lost, luma);
    // energy of the noise alone becomes 1, and none more than half floats hold
    float most = 1000.0 / max(energy, 0.000000000001);
    float scale = min(most, 2437.0095);
    // at white, yet above what lies around by more than noise: a corner that clipping cut
    vec3 white = clamp((0.02 - abs(centre - 1.0)) / 0.016, vec3(0.0), vec3(1.0));
    float grain = 1.8679833 / sqrt(2437.0095);
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

vec3 rtd_pass1(sampler2D source, vec2 uv, vec2 texel) {
    vec3 nw = rtd_at(-1, -1);
    vec3 n = rtd_at(0, -1);
    vec3 ne = rtd_at(1, -1);
    vec3 w = rtd_at(-1, 0);
    vec3 centre = rtd_at(0, 0);
    vec3 e = rtd_at(1, 0);
    vec3 sw = rtd_at(-1, 1);
    vec3 s = rtd_at(0, 1);
    vec3 se = rtd_at(1, 1);
    return rtd_half(rtd_structure(nw, n, ne, w, centre, e, sw, s, se));
}

vec3 rtd_deblur(sampler2D source, sampler2D image1, vec2 uv, vec2 texel) {
    vec4 original = rtd_texel(source, rtd_here);
    if (RTD_STRENGTH == 0.0) {  // selected, not computed: exactly the input
        return original.rgb;
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
    // bands, each 0 on flat ground, under weights that follow the class
    vec3 adapted = centre;
    float weight1 = -0.3363 + dot(rise, vec4(-0.4127, -0.4431, -0.0509, -0.8177));
    vec3 band1 = centre - 0.25 * (n + w + e + s);
    adapted += weight1 * band1;
    float weight2 = -0.2032 + dot(rise, vec4(-0.1487, 0.5861, 2.3158, 1.0822));
    vec3 band2 = centre - 0.25 * (nw + ne + sw + se);
    adapted += weight2 * band2;
    float weight3 = -0.1666 + dot(rise, vec4(0.2876, 0.2903, -0.8472, -1.2133));
    vec3 band3 = centre - 0.25 * (n2 + w2 + e2 + s2);
    adapted += weight3 * band3;
    float weight4 = -0.0992 + dot(rise, vec4(0.3074, 0.725, 0.2565, 2.0573));
    vec3 band4 = centre
        - 0.125 * (rtd_at(-1, -2) + rtd_at(1, -2) + rtd_at(-2, -1) + rtd_at(2, -1) + rtd_at(-2, 1)
                   + rtd_at(2, 1) + rtd_at(-1, 2) + rtd_at(1, 2));
    adapted += weight4 * band4;
    float weight5 = 0.0402 + dot(rise, vec4(0.0706, -0.5711, -0.456, -0.9565));
    vec3 band5 = centre - 0.25 * (nw2 + ne2 + sw2 + se2);
    adapted += weight5 * band5;
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
    return rtd_decode(mix(centre, limited, RTD_STRENGTH));
}
