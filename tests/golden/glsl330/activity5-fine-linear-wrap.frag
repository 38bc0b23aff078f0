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
//          image 1: structure from -1000.0 to 41000.0, three channels: RGBA16F
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    linear light is added up, by the exact sRGB curve
//          values are taken as sRGB-encoded; RTD_VALUES_LINEAR says otherwise
// adapts   taps follow the activity around a pixel, its energy over that of the noise alone:
//          class 0 is at 0.25 and below, class 8 at 256.0 and above, others at equal ratios between
//          (noise alone: class 1.6); from class to class weights are interpolated linearly
//          beside clipped highlights nothing leaves the range of the 3x3 pixels
// border   wrap: the picture continues at the opposite edge
// cost     51 fetches in 2 passes
//          34 of them decoded, none where values arrive linear
// remake   rtdeconv export
//
// pass 2, class 0, the calmest, taps on the source in thousandths:
//      8  -4 -16  -4   8
//     -4  31  47  31  -4
//    -16  47 750  47 -16
//     -4  31  47  31  -4
//      8  -4 -16  -4   8
//
// pass 2, class 8, the most active, taps on the source in thousandths:
//     -35   18   70   18  -35
//      18 -141 -211 -141   18
//      70 -211 2125 -211   70
//      18 -141 -211 -141   18
//     -35   18   70   18  -35

#ifndef RTD_PASS
#define RTD_PASS 1           // 1..2: compile once for each and draw in order
#endif
#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0  // 1: values arrive linear and leave linear
#endif
#ifndef RTD_ROWS_UP
#define RTD_ROWS_UP 0        // 1: row 0 of the textures is the bottom of the picture
#endif

uniform sampler2D rtd_source;      // the picture to restore
uniform sampler2D rtd_image1;      // structure from pass 1, RGBA16F
uniform float rtd_strength = 1.0;  // strength of the restoration, 0.0 (off) to 1.5
out vec4 rtd_result;

#define rtd_size vec2(textureSize(rtd_source, 0))
#define rtd_here gl_FragCoord.xy  // the viewport is the whole target
#define rtd_down(dy) (RTD_ROWS_UP == 1 ? -(dy) : (dy))

vec3 rtd_decode(vec3 c) {  // sRGB to linear
    if (RTD_VALUES_LINEAR == 1) { return c; }
    vec3 curved = pow((max(c, vec3(0.04045)) + 0.055) / 1.055, vec3(2.4));
    return mix(c / 12.92, curved, greaterThan(c, vec3(0.04045)));
}

vec3 rtd_encode(vec3 c) {  // linear to sRGB
    if (RTD_VALUES_LINEAR == 1) { return c; }
    vec3 curved = 1.055 * pow(max(c, vec3(0.0031308)), vec3(1.0 / 2.4)) - 0.055;
    return mix(c * 12.92, curved, greaterThan(c, vec3(0.0031308)));
}

vec2 rtd_inside(vec2 at, vec2 size) {  // round and round
    return at - size * floor(at / size);
}

// the pixel dx to the right and dy down from the one being written
#define rtd_moved(dx, dy) (rtd_here + vec2(dx, rtd_down(dy)))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), rtd_size)
#define rtd_at(dx, dy) rtd_decode(texelFetch(rtd_source, ivec2(rtd_place(dx, dy)), 0).rgb)
#define rtd_at1(dx, dy) texelFetch(rtd_image1, ivec2(rtd_place(dx, dy)), 0).rgb

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
    float bright = max(dot(low, luma), 0.0);
    // energy of the noise alone becomes 1, and none more than half floats hold
    float most = 1000.0 / max(energy, 0.000000000001);
    float scale = min(most, 5577.5317 / (0.0019 + (2.8 + 3.4 * bright) * bright));
    // at white, yet above what lies around by more than noise: a corner that clipping cut
    vec3 white = clamp((0.04980723 - abs(centre - 1.0)) / 0.039845783, vec3(0.0), vec3(1.0));
    float grain = 4.6519537 / sqrt(5577.5317);
    vec3 kink = lost - max(grain, 0.09961446);
    vec3 cut = white * clamp(kink / 0.09961446, vec3(0.0), vec3(1.0));
    float mark = 40000.0 * max(cut.x, max(cut.y, cut.z));
    return vec3(scale * (xx - yy), scale * 2.0 * xy, scale * energy + mark);
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
    vec3 centre = rtd_decode(original.rgb);
    vec3 nw = rtd_at(-1, -1);
    vec3 n = rtd_at(0, -1);
    vec3 ne = rtd_at(1, -1);
    vec3 w = rtd_at(-1, 0);
    vec3 e = rtd_at(1, 0);
    vec3 sw = rtd_at(-1, 1);
    vec3 s = rtd_at(0, 1);
    vec3 se = rtd_at(1, 1);
    vec3 lowest = min(min(nw, n), min(ne, w));
    lowest = min(lowest, min(min(centre, e), min(sw, min(s, se))));
    vec3 highest = max(max(nw, n), max(ne, w));
    highest = max(highest, max(max(centre, e), max(sw, max(s, se))));
    vec3 mean = 0.2 * rtd_at1(0, 0)
        + 0.12700196 * (rtd_at1(-1, -1) + rtd_at1(1, -1) + rtd_at1(-1, 1) + rtd_at1(1, 1))
        + 0.03237305 * (rtd_at1(-1, -2) + rtd_at1(1, -2) + rtd_at1(-2, -1) + rtd_at1(2, -1)
                        + rtd_at1(-2, 1) + rtd_at1(2, 1) + rtd_at1(-1, 2) + rtd_at1(1, 2))
        + 0.008251953 * (rtd_at1(-2, -2) + rtd_at1(2, -2) + rtd_at1(-2, 2) + rtd_at1(2, 2));
    // class of activity, 0.0 to 8.0; rise: how far the steps between are climbed
    float level = log2(clamp(mean.z, 0.25, 256.0)) * 0.8 + 1.6;
    vec4 rise = clamp(level - vec4(0.0, 1.0, 2.0, 3.0), vec4(0.0), vec4(1.0));
    vec4 rise1 = clamp(level - vec4(4.0, 5.0, 6.0, 7.0), vec4(0.0), vec4(1.0));
    // bands, each 0 on flat ground, under weights that follow the class
    vec3 adapted = centre;
    float weight1 = -0.1875
        + dot(rise, vec4(0.09375, 0.09375, 0.1875, 0.1875))
        + dot(rise1, vec4(0.1875, 0.09375, 0.09375, 0.09375));
    vec3 band1 = centre - 0.25 * (n + w + e + s);
    adapted += weight1 * band1;
    float weight2 = -0.125
        + dot(rise, vec4(0.0625, 0.0625, 0.125, 0.125))
        + dot(rise1, vec4(0.125, 0.0625, 0.0625, 0.0625));
    vec3 band2 = centre - 0.25 * (nw + ne + sw + se);
    adapted += weight2 * band2;
    float weight3 = 0.0625
        + dot(rise, vec4(-0.03125, -0.03125, -0.0625, -0.0625))
        + dot(rise1, vec4(-0.0625, -0.03125, -0.03125, -0.03125));
    vec3 band3 = centre - 0.25 * (rtd_at(0, -2) + rtd_at(-2, 0) + rtd_at(2, 0) + rtd_at(0, 2));
    adapted += weight3 * band3;
    float weight4 = 0.03125
        + dot(rise, vec4(-0.015625, -0.015625, -0.03125, -0.03125))
        + dot(rise1, vec4(-0.03125, -0.015625, -0.015625, -0.015625));
    vec3 band4 = centre
        - 0.125 * (rtd_at(-1, -2) + rtd_at(1, -2) + rtd_at(-2, -1) + rtd_at(2, -1) + rtd_at(-2, 1)
                   + rtd_at(2, 1) + rtd_at(-1, 2) + rtd_at(1, 2));
    adapted += weight4 * band4;
    float weight5 = -0.03125
        + dot(rise, vec4(0.015625, 0.015625, 0.03125, 0.03125))
        + dot(rise1, vec4(0.03125, 0.015625, 0.015625, 0.015625));
    vec3 band5 = centre - 0.25 * (rtd_at(-2, -2) + rtd_at(2, -2) + rtd_at(-2, 2) + rtd_at(2, 2));
    adapted += weight5 * band5;
    // beside clipped highlights held within the range of the 3x3 pixels
    float held = clamp(mean.z / 1000.0 - 1.0, 0.0, 1.0);
    vec3 filtered = mix(adapted, clamp(adapted, lowest, highest), held);
    rtd_result = vec4(rtd_encode(mix(centre, filtered, rtd_strength)), original.a);
}

#endif
