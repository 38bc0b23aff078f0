#version 330 core
// rtdeconv: golden plan
//
// install  compile it behind a full-screen triangle, bind the picture to rtd_source and
//          draw into a target of the same size
// design   made by hand
//          for the tests
// input    rtd_source: RGB and straight alpha, as large as the target;
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
#define RTD_VALUES_LINEAR 0   // 1: values arrive linear and leave linear
#endif
#ifndef RTD_SAMPLER_CLAMPS
#define RTD_SAMPLER_CLAMPS 0  // 1: every sampler is CLAMP_TO_EDGE, which is faster
#endif
#ifndef RTD_ROWS_UP
#define RTD_ROWS_UP 0         // 1: row 0 of the textures is the bottom of the picture
#endif

uniform sampler2D rtd_source;      // the picture to restore
uniform float rtd_strength = 1.0;  // strength of the restoration, 0.0 (off) to 1.5
out vec4 rtd_result;

#define rtd_size vec2(textureSize(rtd_source, 0))
#define rtd_here gl_FragCoord.xy  // the viewport is the whole target
#define rtd_down(dy) (RTD_ROWS_UP == 1 ? -(dy) : (dy))
#if RTD_SAMPLER_CLAMPS
#define rtd_uv (rtd_here / rtd_size)
#define rtd_texel(image, dx, dy) textureLodOffset(image, rtd_uv, 0.0, ivec2(dx, rtd_down(dy)))
#else
#define rtd_texel(image, dx, dy) texelFetch(image, ivec2(rtd_place(dx, dy)), 0)
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

// value as it is within low..high; a soft knee beyond, which stops short of up and down
vec3 rtd_limited(vec3 value, vec3 low, vec3 high, vec3 up, vec3 down) {
    vec3 over = max(value - high, vec3(0.0));
    vec3 under = max(low - value, vec3(0.0));
    vec3 risen = over * up / sqrt(up * up + over * over + 0.000000000001);
    vec3 fallen = under * down / sqrt(down * down + under * under + 0.000000000001);
    return clamp(value, low, high) + risen - fallen;
}

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
    vec3 filtered = 1.65625 * centre
        - 0.125 * (n + w + e + s)
        - 0.25 * (nw + se)
        + 0.0625 * (ne + sw + n2 + w2 + e2 + s2)
        - 0.09375 * nw2
        + 0.03125 * (ne2 + sw2);
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
    vec3 room = 0.25 * (highest - lowest);
    vec3 up = room + 3.0 * max(centre - saddle, vec3(0.0));
    vec3 down = room + 3.0 * max(valley - centre, vec3(0.0));
    vec3 limited = rtd_limited(filtered, lowest, highest, up, down);
    rtd_result = vec4(rtd_decode(mix(centre, limited, rtd_strength)), original.a);
}
