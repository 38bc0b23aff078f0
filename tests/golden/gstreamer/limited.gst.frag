#version 100
// rtdeconv: golden plan
//
// install  gst-launch-1.0 ... ! glupload ! glcolorconvert ! glshader fragment=TEXT uniforms=U !
//          glimagesink, TEXT being this file in quotes for gst-launch within the shell's and U
//          'uniforms, strength=(float)1.0': without it the filter is off
// design   made by hand
//          for the tests
// input    RGBA of 8 bits;
//          alpha is copied
// output   rounded to 8 bits
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

#ifdef GL_ES
precision highp float;
#endif

#define RTD_VALUES_LINEAR 0  // 1: values arrive linear and leave linear

varying vec2 v_texcoord;
uniform highp sampler2D tex;  // the picture to restore
uniform float width;
uniform float height;
uniform float strength;       // strength of the restoration, 0.0 (off) to 1.5

#define rtd_size vec2(width, height)

vec3 rtd_decode(vec3 c) {  // sRGB to linear
    if (RTD_VALUES_LINEAR != 1) { return c; }
    vec3 curved = pow((max(c, vec3(0.04045)) + 0.055) / 1.055, vec3(2.4));
    return mix(c / 12.92, curved, step(vec3(0.04045), c));
}

vec3 rtd_encode(vec3 c) {  // linear to sRGB
    if (RTD_VALUES_LINEAR != 1) { return c; }
    vec3 curved = 1.055 * pow(max(c, vec3(0.0031308)), vec3(1.0 / 2.4)) - 0.055;
    return mix(c * 12.92, curved, step(vec3(0.0031308), c));
}

vec2 rtd_inside(vec2 at, vec2 size) {
    return clamp(at, vec2(0.5, 0.5), size - vec2(0.5, 0.5));
}

// the pixel dx to the right and dy down from the one being written
#define rtd_moved(dx, dy) (v_texcoord * rtd_size + vec2(dx, dy))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), rtd_size)
#define rtd_at(dx, dy) rtd_encode(texture2D(tex, rtd_place(dx, dy) / rtd_size).rgb)

// value as it is within low..high; a soft knee beyond, which stops short of up and down
vec3 rtd_limited(vec3 value, vec3 low, vec3 high, vec3 up, vec3 down) {
    vec3 over = max(value - high, vec3(0.0));
    vec3 under = max(low - value, vec3(0.0));
    vec3 risen = over * up / sqrt(up * up + over * over + 0.000000000001);
    vec3 fallen = under * down / sqrt(down * down + under * under + 0.000000000001);
    return clamp(value, low, high) + risen - fallen;
}

vec3 rtd_rounded(vec3 c) {  // as 8 bits will: gl_FragColor may be less precise than that
    return floor(clamp(c, 0.0, 1.0) * 255.0 + 0.5) / 255.0;
}

void main() {
    vec4 original = texture2D(tex, v_texcoord);
    if (strength == 0.0) {  // selected, not computed: exactly the input
        gl_FragColor = original;
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
    gl_FragColor = vec4(rtd_rounded(rtd_decode(mix(centre, limited, strength))), original.a);
}
