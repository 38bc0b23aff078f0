// rtdeconv: golden plan
//
// install  mpv --glsl-shaders=FILE, or ffmpeg -vf libplacebo=custom_shader_path=FILE;
//          edit the #define lines to set values; what passes write mpv keeps as half floats, and
//          with --vo=gpu --fbo-format=rgba32f as single floats, finer in black beside white
// design   made by hand
//          for the tests
// input    MAIN: full-range RGB in the video's own curve, taken to be sRGB's;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    first of glsl-shaders, before sharpeners and scalers; it draws before mpv scales
//          the video to the window
// light    display-encoded values are added up as they are
//          values are taken as sRGB-encoded; RTD_VALUES_LINEAR says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     16 fetches in 1 pass
// remake   rtdeconv export
//
// pass 1, taps on the source in thousandths:
//     -94    .   62    .   31
//       . -250 -125   62    .
//      62 -125 1656 -125   62
//       .   62 -125 -250    .
//      31    .   62    .    .

//!HOOK MAIN
//!BIND HOOKED
//!DESC rtdeconv: golden plan

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

vec4 hook() {
    vec4 original = HOOKED_tex(HOOKED_pos);
    if (strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    vec3 centre = rtd_encode(original.rgb);
    vec3 filtered = 1.65625 * centre
        - 0.125 * (rtd_at(0, -1) + rtd_at(-1, 0) + rtd_at(1, 0) + rtd_at(0, 1))
        - 0.25 * (rtd_at(-1, -1) + rtd_at(1, 1))
        + 0.0625 * (rtd_at(1, -1) + rtd_at(-1, 1) + rtd_at(0, -2) + rtd_at(-2, 0) + rtd_at(2, 0)
                    + rtd_at(0, 2))
        - 0.09375 * rtd_at(-2, -2)
        + 0.03125 * (rtd_at(2, -2) + rtd_at(-2, 2));
    return vec4(rtd_decode(mix(centre, filtered, strength)), original.a);
}
