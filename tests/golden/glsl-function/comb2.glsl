// rtdeconv: golden plan
//
// install  paste it above main: GLSL 3.30, or ES 3.00 after precision highp float and sampler2D;
//          draw rtd_pass1 into image1, then rtd_deblur; texel: 1.0 / vec2(textureSize(source, 0));
//          #define RTD_STRENGTH before it, as a uniform of yours, for a slider
// design   made by hand
//          for the tests
// input    source: RGB, from any sampler;
//          values above 1 are kept, alpha is yours
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    linear light is added up, by the exact sRGB curve
//          values are taken as sRGB-encoded; RTD_VALUES_LINEAR says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     19 fetches in 2 passes
//          10 of them decoded, none where values arrive linear
// remake   rtdeconv export
//
// pass 1, taps on the source in thousandths:
//     62 125  62
//    125 250 125
//     62 125  62
//
// pass 2, centre of the source: 1750 thousandths
//
// pass 2, taps on the image of pass 1 in thousandths, 2 px apart:
//     -31  -62  -31
//     -62 -375  -62
//     -31  -62  -31

// source   the picture to restore
// image1   what pass 1 wrote, RGBA32F

#ifndef RTD_STRENGTH
#define RTD_STRENGTH 1.0     // strength of the restoration, 0.0 (off) to 1.5
#endif
#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0  // 1: values arrive linear and leave linear
#endif

// in the functions below: where they are called for, in pixels, and the picture's size
#define rtd_here (uv / texel)
#define rtd_size (1.0 / texel)
#define rtd_texel(image, at) texelFetch(image, ivec2(at), 0)

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

vec2 rtd_inside(vec2 at, vec2 size) {
    return clamp(at, vec2(0.5, 0.5), size - vec2(0.5, 0.5));
}

// the pixel dx to the right and dy down from the one being written
#define rtd_moved(dx, dy) (rtd_here + vec2(dx, dy))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), rtd_size)
#define rtd_at(dx, dy) rtd_decode(rtd_texel(source, rtd_place(dx, dy)).rgb)
#define rtd_at1(dx, dy) rtd_texel(image1, rtd_place(dx, dy)).rgb

vec3 rtd_pass1(sampler2D source, vec2 uv, vec2 texel) {
    vec3 filtered = 0.25 * rtd_at(0, 0)
        + 0.125 * (rtd_at(0, -1) + rtd_at(-1, 0) + rtd_at(1, 0) + rtd_at(0, 1))
        + 0.0625 * (rtd_at(-1, -1) + rtd_at(1, -1) + rtd_at(-1, 1) + rtd_at(1, 1));
    return filtered;
}

vec3 rtd_deblur(sampler2D source, sampler2D image1, vec2 uv, vec2 texel) {
    vec4 original = rtd_texel(source, rtd_here);
    if (RTD_STRENGTH == 0.0) {  // selected, not computed: exactly the input
        return original.rgb;
    }
    vec3 centre = rtd_decode(original.rgb);
    vec3 filtered = 1.75 * centre
        - 0.375 * rtd_at1(0, 0)
        - 0.0625 * (rtd_at1(0, -2) + rtd_at1(-2, 0) + rtd_at1(2, 0) + rtd_at1(0, 2))
        - 0.03125 * (rtd_at1(-2, -2) + rtd_at1(2, -2) + rtd_at1(-2, 2) + rtd_at1(2, 2));
    return rtd_encode(mix(centre, filtered, RTD_STRENGTH));
}
