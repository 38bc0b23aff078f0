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
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    linear light is added up, by the exact sRGB curve
//          values are taken as sRGB-encoded; RTD_VALUES_LINEAR says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     6 fetches in 2 passes
//          pass 1 only decodes, so that bilinear fetches mix linear light
// remake   rtdeconv export
//
// pass 2, taps on the image of pass 1 in thousandths:
//       . -250    .
//    -250 2000 -250
//       . -250    .

#ifndef RTD_PASS
#define RTD_PASS 1            // 1..2: compile once for each and draw in order
#endif
#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0   // 1: values arrive linear and leave linear
#endif
#ifndef RTD_SAMPLER_CLAMPS
#define RTD_SAMPLER_CLAMPS 0  // 1: every sampler is CLAMP_TO_EDGE, which is faster
#endif

uniform sampler2D rtd_source;      // the picture to restore
uniform sampler2D rtd_image1;      // what pass 1 wrote, RGBA32F
uniform float rtd_strength = 1.0;  // strength of the restoration, 0.0 (off) to 1.5
out vec4 rtd_result;

#define rtd_size vec2(textureSize(rtd_source, 0))
#define rtd_here gl_FragCoord.xy  // the viewport is the whole target
#if RTD_SAMPLER_CLAMPS
#define rtd_uv (rtd_here / rtd_size)
#define rtd_texel(image, dx, dy) textureLodOffset(image, rtd_uv, 0.0, ivec2(dx, dy))
#else
#define rtd_texel(image, dx, dy) texelFetch(image, ivec2(rtd_place(dx, dy)), 0)
#endif

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
#define rtd_at(dx, dy) rtd_decode(rtd_texel(rtd_source, dx, dy).rgb)
#define rtd_at1(dx, dy) rtd_texel(rtd_image1, dx, dy).rgb

#if RTD_PASS == 1

void main() {
    rtd_result = vec4(rtd_at(0, 0), 1.0);
}

#elif RTD_PASS == 2

void main() {
    vec4 original = texelFetch(rtd_source, ivec2(rtd_here), 0);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        rtd_result = original;
        return;
    }
    vec3 centre = rtd_decode(original.rgb);
    vec3 filtered = 2.0 * centre
        - 0.25 * (rtd_at1(0, -1) + rtd_at1(-1, 0) + rtd_at1(1, 0) + rtd_at1(0, 1));
    rtd_result = vec4(rtd_encode(mix(centre, filtered, rtd_strength)), original.a);
}

#endif
