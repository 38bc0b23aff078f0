#version 330 core
// rtdeconv: golden plan
//
// install  compile it behind a full-screen triangle for each RTD_PASS, 1 to 2;
//          bind the picture to rtd_source and draw in order into targets of the same size,
//          pass k into a texture that later passes read as rtd_image<k>
// design   made by hand
//          for the tests
// input    rtd_source: RGB and straight alpha, as large as the target;
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

#ifndef RTD_PASS
#define RTD_PASS 1            // 1..2: compile once for each and draw in order
#endif
#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0   // 1: values arrive linear and leave linear
#endif
#ifndef RTD_SAMPLER_CLAMPS
#define RTD_SAMPLER_CLAMPS 0  // 1: every sampler is CLAMP_TO_EDGE, which is faster
#endif
#ifndef RTD_ROWS_UP
#define RTD_ROWS_UP 0         // 1: row 0 of the textures is the bottom of the picture
#endif

uniform sampler2D rtd_source;      // the picture to restore
uniform sampler2D rtd_image1;      // structure from pass 1, RGBA16F; filter it LINEAR
uniform float rtd_strength = 1.0;  // strength of the restoration, 0.0 (off) to 1.5
out vec4 rtd_result;

#define rtd_size vec2(textureSize(rtd_source, 0))
#define rtd_here gl_FragCoord.xy  // the viewport is the whole target
#define rtd_down(dy) (RTD_ROWS_UP == 1 ? -(dy) : (dy))
#if RTD_SAMPLER_CLAMPS
#define rtd_uv (rtd_here / rtd_size)
#define rtd_texel(image, dx, dy) textureLodOffset(image, rtd_uv, 0.0, ivec2(dx, rtd_down(dy)))
#define rtd_mixed(image, dx, dy) textureLod(image, rtd_moved(dx, dy) / rtd_size, 0.0)
#else
#define rtd_texel(image, dx, dy) texelFetch(image, ivec2(rtd_place(dx, dy)), 0)
#define rtd_mixed(image, dx, dy) textureLod(image, rtd_place(dx, dy) / rtd_size, 0.0)
#endif

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
#define rtd_at(dx, dy) rtd_encode(rtd_texel(rtd_source, dx, dy).rgb)
#define rtd_at1(dx, dy) rtd_texel(rtd_image1, dx, dy).rgb
#define rtd_between1(dx, dy) rtd_mixed(rtd_image1, dx, dy).rgb

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
    float scale = min(most, 5577.5317);
    // at white, yet above what lies around by more than noise: a corner that clipping cut
    vec3 white = clamp((0.02 - abs(centre - 1.0)) / 0.016, vec3(0.0), vec3(1.0));
    float grain = 1.8679833 / sqrt(5577.5317);
    vec3 kink = lost - max(grain, 0.04);
    vec3 cut = white * clamp(kink / 0.04, vec3(0.0), vec3(1.0));
    float mark = 40000.0 * max(cut.x, max(cut.y, cut.z));
    return vec3(scale * (xx - yy), scale * 2.0 * xy, scale * energy + mark);
}

// value as it is within low..high; a soft knee beyond, which stops short of up and down
float rtd_limited(float value, float low, float high, float up, float down) {
    float over = max(value - high, 0.0);
    float under = max(low - value, 0.0);
    float risen = over * up / sqrt(up * up + over * over + 0.000000000001);
    float fallen = under * down / sqrt(down * down + under * under + 0.000000000001);
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
    rtd_result = vec4(rtd_half(rtd_structure(nw, n, ne, w, centre, e, sw, s, se)), 1.0);
}

#elif RTD_PASS == 2

void main() {
    vec4 original = texelFetch(rtd_source, ivec2(rtd_here), 0);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        rtd_result = original;
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
    // bands, each 0 on flat ground, under weights that follow the class
    vec3 adapted = centre;
    float weight1 = -0.1875 + dot(rise, vec4(0.1875, 0.375, 0.28125, 0.09375));
    vec3 band1 = centre - 0.25 * (n + w + e + s);
    adapted += weight1 * band1;
    float weight2 = -0.125 + dot(rise, vec4(0.125, 0.25, 0.1875, 0.0625));
    vec3 band2 = centre - 0.25 * (nw + ne + sw + se);
    adapted += weight2 * band2;
    float weight3 = 0.0625 + dot(rise, vec4(-0.0625, -0.125, -0.09375, -0.03125));
    vec3 band3 = centre - 0.25 * (n2 + w2 + e2 + s2);
    adapted += weight3 * band3;
    float weight4 = 0.03125 + dot(rise, vec4(-0.03125, -0.0625, -0.046875, -0.015625));
    vec3 band4 = centre
        - 0.125 * (rtd_at(-1, -2) + rtd_at(1, -2) + rtd_at(-2, -1) + rtd_at(2, -1) + rtd_at(-2, 1)
                   + rtd_at(2, 1) + rtd_at(-1, 2) + rtd_at(1, 2));
    adapted += weight4 * band4;
    float weight5 = -0.03125 + dot(rise, vec4(0.03125, 0.0625, 0.046875, 0.015625));
    vec3 band5 = centre - 0.25 * (nw2 + ne2 + sw2 + se2);
    adapted += weight5 * band5;
    // beside clipped highlights held within the range of the 3x3 pixels
    float held = clamp(mean.z / 1000.0 - 1.0, 0.0, 1.0);
    vec3 filtered = mix(adapted, clamp(adapted, lowest, highest), held);
    vec3 luma = vec3(0.299, 0.587, 0.114);
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
    vec3 limited = filtered + (kept - was);
    rtd_result = vec4(rtd_decode(mix(centre, limited, rtd_strength)), original.a);
}

#endif
