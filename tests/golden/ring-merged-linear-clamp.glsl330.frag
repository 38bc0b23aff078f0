#version 330 core
// rtdeconv: golden plan
//
// design  made by hand
//         for the tests
// input   rtd_source: RGB and straight alpha, as large as the target, fetched 1:1;
//         values above 1 are kept, alpha is copied
// output  below 0 beside strong edges where the target can hold that; an infinity or
//         NaN spreads as far as the taps reach
// place   right after the blur, before scaling, sharpening, film grain and overlays
// light   linear: the sRGB curve (exact) is undone by pass 1 and at the centre and redone at the end
// border  clamp: positions outside read the nearest edge pixel
// cost    6 fetches in 2 passes; 4 of them bilinear
//         pass 1 only decodes; where values arrive linear, draw the others alone,
//         the picture, filtered LINEAR, also in the place of what pass 1 wrote
// remake  rtdeconv export
//
// pass 2, taps on the image of pass 1 in thousandths, its bilinear fetches taken together:
//     -47  -94  -47
//     -94 1562  -94
//     -47  -94  -47

#ifndef RTD_PASS
#define RTD_PASS 1            // 1..2: compile once for each and draw in order
#endif
#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0   // 1: values arrive linear and leave linear (HDR, sRGB textures)
#endif
#ifndef RTD_SAMPLER_CLAMPS
#define RTD_SAMPLER_CLAMPS 0  // 1: every sampler is CLAMP_TO_EDGE, which is faster
#endif

uniform sampler2D rtd_source;      // the picture to restore
uniform sampler2D rtd_image1;      // what pass 1 wrote, RGBA32F; filter it LINEAR
uniform float rtd_strength = 1.0;  // strength of the restoration, 0.0 (off) to 1.5
out vec4 rtd_result;

#define rtd_size textureSize(rtd_source, 0)
#define rtd_here ivec2(gl_FragCoord.xy)  // the viewport is the whole target
#define rtd_uv (gl_FragCoord.xy / vec2(rtd_size))

#if RTD_VALUES_LINEAR
#define rtd_decode(c) (c)
#define rtd_encode(c) (c)
#else
vec3 rtd_decode(vec3 c) {  // sRGB to linear
    vec3 curved = pow((max(c, 0.04045) + 0.055) / 1.055, vec3(2.4));
    return mix(c / 12.92, curved, greaterThan(c, vec3(0.04045)));
}

vec3 rtd_encode(vec3 c) {  // linear to sRGB
    vec3 curved = 1.055 * pow(max(c, 0.0031308), vec3(1.0 / 2.4)) - 0.055;
    return mix(c * 12.92, curved, greaterThan(c, vec3(0.0031308)));
}
#endif

// the pixel dx to the right and dy down from the one being written
ivec2 rtd_inside(ivec2 at) { return clamp(at, ivec2(0), rtd_size - 1); }
#if RTD_SAMPLER_CLAMPS
#define rtd_texel(image, dx, dy) textureLodOffset(image, rtd_uv, 0.0, ivec2(dx, dy))
#else
#define rtd_texel(image, dx, dy) texelFetch(image, rtd_inside(rtd_here + ivec2(dx, dy)), 0)
#endif
#define rtd_at(dx, dy) rtd_decode(rtd_texel(rtd_source, dx, dy).rgb)
#define rtd_at1(dx, dy) rtd_texel(rtd_image1, dx, dy).rgb

// the same between pixels, bilinear
#if RTD_SAMPLER_CLAMPS
#define rtd_folded(at) (at)
#else
vec2 rtd_folded(vec2 at) { return clamp(at, vec2(0.5), vec2(rtd_size) - 0.5); }
#endif
vec4 rtd_bilinear(sampler2D image, float dx, float dy) {
    return textureLod(image, rtd_folded(gl_FragCoord.xy + vec2(dx, dy)) / vec2(rtd_size), 0.0);
}
#define rtd_between1(dx, dy) rtd_bilinear(rtd_image1, dx, dy).rgb

#if RTD_PASS == 1

void main() {
    rtd_result = vec4(rtd_at(0, 0), 1.0);
}

#elif RTD_PASS == 2

void main() {
    vec4 original = texelFetch(rtd_source, rtd_here, 0);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        rtd_result = original;
        return;
    }
    vec3 centre = rtd_decode(original.rgb);
    vec3 filtered = 1.75 * centre
        - 0.1875 * (rtd_between1(-0.5, -0.5) + rtd_between1(0.5, -0.5) + rtd_between1(-0.5, 0.5)
                    + rtd_between1(0.5, 0.5));
    rtd_result = vec4(rtd_encode(mix(centre, filtered, rtd_strength)), original.a);
}

#endif
