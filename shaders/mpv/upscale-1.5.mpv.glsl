// rtdeconv: 17 bilinear fetches undoing upscale:1.5:bilinear
//
// install  mpv --glsl-shaders=FILE, or ffmpeg -vf libplacebo=custom_shader_path=FILE;
//          edit the #define lines to set values; what passes write mpv keeps as half floats, and
//          with --vo=gpu --fbo-format=rgba32f as single floats, finer in black beside white
// design   noise 1/255 and 8-bit rounding, prior ar1 of variance 0.05
//          fitted for the least expected squared error
//          expected under that prior: +1.2 dB, 0.3 dB below the full Wiener filter
// input    MAIN: full-range RGB in the video's own curve, taken to be sRGB's;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    first of glsl-shaders, before sharpeners and scalers; it draws before mpv scales
//          the video to the window
// light    display-encoded values are added up as they are
//          values are taken as sRGB-encoded; RTD_VALUES_LINEAR says otherwise
//          (bilinear fetches mix values as they arrive: it is then an approximation)
// border   clamp: positions outside read the nearest edge pixel
// cost     17 fetches in 1 pass; 14 of them bilinear
// remake   rtdeconv export upscale:1.5:bilinear --method fetch --taps 17 --light encoded --to mpv
//
// pass 1, taps on the source in thousandths, its bilinear fetches taken together:
//       .    .    .    .    .    4   58    .    .    .    .    .    .
//       .    .    .    .    .  -12 -157    .    .    .    .    .    .
//       .    .    .    .    .   12  153    .    .    .    .    .    .
//       .    .    .    .    .    4   52    .    .    .    .    .    .
//       .    .    .    .    .  -27 -331    .    .    .    .    .    .
//       .    .    6    4  -25   60  246    .    .    .    .    .    .
//       .  -67  100   70 -334  246  875  246 -334   70  100  -67    .
//       .    .    .    .    .    .  246   60  -25    4    6    .    .
//       .    .    .    .    .    . -331  -27    .    .    .    .    .
//       .    .    .    .    .    .   52    4    .    .    .    .    .
//       .    .    .    .    .    .  153   12    .    .    .    .    .
//       .    .    .    .    .    . -157  -12    .    .    .    .    .
//       .    .    .    .    .    .   58    4    .    .    .    .    .

//!HOOK MAIN
//!BIND HOOKED
//!DESC rtdeconv: 17 bilinear fetches undoing upscale:1.5:bilinear

#define strength 1.0         // strength of the restoration, 0.0 (off) to 1.5
#define RTD_VALUES_LINEAR 0  // 1: values arrive linear, as at the hook LINEAR

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
#define rtd_moved(dx, dy) (HOOKED_pos * HOOKED_size + vec2(dx, dy))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), HOOKED_size)
#define rtd_at(dx, dy) rtd_encode(HOOKED_tex(rtd_place(dx, dy) * HOOKED_pt).rgb)
#define rtd_between(dx, dy) rtd_encode(HOOKED_tex(rtd_place(dx, dy) * HOOKED_pt).rgb)

vec4 hook() {
    vec4 original = HOOKED_tex(HOOKED_pos);
    if (strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    vec3 centre = rtd_encode(original.rgb);
    vec3 filtered = -1.1507254 * centre
        + 1.5642562 * (rtd_between(-0.1953125, -0.1953125) + rtd_between(0.1953125, 0.1953125))
        - 0.35940313 * (rtd_between(-2.0, -0.0703125) + rtd_between(2.0, 0.0703125))
        - 0.35755634 * (rtd_between(-0.07421875, -2.0) + rtd_between(0.07421875, 2.0))
        + 0.18031359 * (rtd_between(-3.5898438, -0.05859375) + rtd_between(3.5898438, 0.05859375))
        + 0.221766 * (rtd_between(-0.07421875, -3.7460938) + rtd_between(0.07421875, 3.7460938))
        - 0.06682587 * (rtd_at(-5, 0) + rtd_at(5, 0))
        - 0.16839504 * (rtd_between(-0.0703125, -5.0) + rtd_between(0.0703125, 5.0))
        + 0.061207294 * (rtd_between(-0.05859375, -6.0) + rtd_between(0.05859375, 6.0));
    return vec4(rtd_decode(mix(centre, filtered, strength)), original.a);
}
