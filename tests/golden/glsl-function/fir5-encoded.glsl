// rtdeconv: golden plan
//
// install  paste it above main: GLSL 3.30, or ES 3.00 after precision highp float and sampler2D;
//          call rtd_deblur(source, uv, texel); texel: 1.0 / vec2(textureSize(source, 0));
//          #define RTD_STRENGTH before it, as a uniform of yours, for a slider
// design   made by hand
//          for the tests
// input    source: RGB, from any sampler;
//          values above 1 are kept, alpha is yours
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
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

vec3 rtd_deblur(sampler2D source, vec2 uv, vec2 texel) {
    vec4 original = rtd_texel(source, rtd_here);
    if (RTD_STRENGTH == 0.0) {  // selected, not computed: exactly the input
        return original.rgb;
    }
    vec3 centre = rtd_encode(original.rgb);
    vec3 filtered = 1.65625 * centre
        - 0.125 * (rtd_at(0, -1) + rtd_at(-1, 0) + rtd_at(1, 0) + rtd_at(0, 1))
        - 0.25 * (rtd_at(-1, -1) + rtd_at(1, 1))
        + 0.0625 * (rtd_at(1, -1) + rtd_at(-1, 1) + rtd_at(0, -2) + rtd_at(-2, 0) + rtd_at(2, 0)
                    + rtd_at(0, 2))
        - 0.09375 * rtd_at(-2, -2)
        + 0.03125 * (rtd_at(2, -2) + rtd_at(-2, 2));
    return rtd_decode(mix(centre, filtered, RTD_STRENGTH));
}
