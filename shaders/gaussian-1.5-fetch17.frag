#version 330 core
// rtdeconv: 17 bilinear fetches undoing gaussian:1.5
//
// design  noise 1/255 and 8-bit rounding, prior ar1 of variance 0.05
//         fitted for the least expected squared error
//         expected under that prior: +2.4 dB, 0.2 dB below the full Wiener filter
// input   rtd_source: RGB and straight alpha, as large as the target, fetched 1:1;
//         values above 1 are kept, alpha is copied
// output  below 0 beside strong edges where the target can hold that; an infinity or
//         NaN spreads as far as the taps reach
// place   right after the blur, before scaling, sharpening, film grain and overlays
// light   linear: the sRGB curve (exact) is undone by pass 1 and at the centre and redone at the end
// border  clamp: positions outside read the nearest edge pixel
// cost    18 fetches in 2 passes; 16 of them bilinear
//         pass 1 only decodes; where values arrive linear, draw the others alone,
//         the picture, filtered LINEAR, also in the place of what pass 1 wrote
// remake  rtdeconv export gaussian:1.5 --method fetch --taps 17 --to glsl330
//
// pass 2, taps on the image of pass 1 in thousandths, its bilinear fetches taken together:
//       .    .    .    .    .    .    .    .    .   -0   -2
//     -98  -20    .    .    .   95   79    .    .  -22 -113
//     -42  215  242    .    .    .    .    .  198  198    .
//       .   58   63 -513 -521    . -341 -619   63   63    .
//       .    .    . -563  194  766 -185 -335    .    .    .
//       .    .    .    .  766 1747  766    .    .    .    .
//       .    .    . -335 -185  766  194 -563    .    .    .
//       .   63   63 -619 -341    . -521 -513   63   58    .
//       .  198  198    .    .    .    .    .  242  215  -42
//    -113  -22    .    .   79   95    .    .    .  -20  -98
//      -2   -0    .    .    .    .    .    .    .    .    .

#ifndef RTD_PASS
#define RTD_PASS 1            // 1..2: compile once for each and draw in order
#endif
#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0   // 1: values arrive linear and leave linear (HDR, sRGB textures)
#endif
#ifndef RTD_SAMPLER_CLAMPS
#define RTD_SAMPLER_CLAMPS 0  // 1: every sampler is CLAMP_TO_EDGE, which is faster
#endif
#ifndef RTD_ROWS_UP
#define RTD_ROWS_UP 0         // 1: row 0 of the textures is the bottom of the picture
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
#define rtd_at(dx, dy) rtd_decode(rtd_texel(rtd_source, dx, RTD_ROWS_UP == 1 ? -(dy) : (dy)).rgb)
#define rtd_at1(dx, dy) rtd_texel(rtd_image1, dx, RTD_ROWS_UP == 1 ? -(dy) : (dy)).rgb

// the same between pixels, bilinear
#if RTD_SAMPLER_CLAMPS
#define rtd_folded(at) (at)
#else
vec2 rtd_folded(vec2 at) { return clamp(at, vec2(0.5), vec2(rtd_size) - 0.5); }
#endif
vec4 rtd_bilinear(sampler2D image, float dx, float dy) {
    return textureLod(image, rtd_folded(gl_FragCoord.xy + vec2(dx, dy)) / vec2(rtd_size), 0.0);
}
#define rtd_between1(dx, dy) rtd_bilinear(rtd_image1, dx, RTD_ROWS_UP == 1 ? -(dy) : (dy)).rgb

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
    vec3 filtered = 0.21435547 * centre
        + 3.064765 * (rtd_between1(-0.5, -0.5) + rtd_between1(0.5, 0.5))
        - 2.16786 * (rtd_between1(-1.4960938, -1.4765625) + rtd_between1(1.4960938, 1.4765625))
        - 1.4799395 * (rtd_between1(1.6445312, -1.6484375) + rtd_between1(-1.6445312, 1.6484375))
        + 0.17427635 * (rtd_between1(0.453125, -4.0) + rtd_between1(-0.453125, 4.0))
        + 0.5214472 * (rtd_between1(3.5, -2.7578125) + rtd_between1(-3.5, 2.7578125))
        + 0.5867424 * (rtd_between1(-3.4804688, -2.7929688) + rtd_between1(3.4804688, 2.7929688))
        - 0.16886806 * (rtd_between1(-4.8320312, -3.6992188) + rtd_between1(4.8320312, 3.6992188))
        - 0.13774109 * (rtd_between1(4.8359375, -4.015625) + rtd_between1(-4.8359375, 4.015625));
    rtd_result = vec4(rtd_encode(mix(centre, filtered, rtd_strength)), original.a);
}

#endif
