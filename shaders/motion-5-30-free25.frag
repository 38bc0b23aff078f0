#version 330 core
// rtdeconv: 25-tap FIR in 7x7 undoing motion:5@30
//
// design  noise 2/255 and 8-bit rounding, prior ar1 of variance 0.05
//         fitted for the least expected squared error
//         expected under that prior: +1.8 dB, 1.3 dB below the full Wiener filter
// input   rtd_source: RGB and straight alpha, as large as the target, fetched 1:1;
//         values above 1 are kept, alpha is copied
// output  below 0 beside strong edges where the target can hold that; an infinity or
//         NaN spreads as far as the taps reach
// place   right after the blur, before scaling, sharpening, film grain and overlays
// light   linear: the sRGB curve (exact) is undone at each fetch and redone at the end
// border  clamp: positions outside read the nearest edge pixel
// cost    25 fetches in 1 pass
//         25 of them decoded, none where RTD_VALUES_LINEAR is 1
// remake  rtdeconv export motion:5@30 --noise 2/255 --method free --taps 25 --to glsl330
//
// pass 1, taps on the source in thousandths:
//     332  -90    .    .    .    .    .
//    -465 -304    .    .    .    .    .
//    -231  461  628 -188   35    .   22
//       .  110 -115  609 -115  110    .
//      22    .   35 -188  628  461 -231
//       .    .    .    .    . -304 -465
//       .    .    .    .    .  -90  332

#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0   // 1: values arrive linear and leave linear (HDR, sRGB textures)
#endif
#ifndef RTD_SAMPLER_CLAMPS
#define RTD_SAMPLER_CLAMPS 0  // 1: every sampler is NEAREST and CLAMP_TO_EDGE, which is faster
#endif
#ifndef RTD_ROWS_UP
#define RTD_ROWS_UP 0         // 1: row 0 of the textures is the bottom of the picture
#endif

uniform sampler2D rtd_source;      // the picture to restore
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

void main() {
    vec4 original = texelFetch(rtd_source, rtd_here, 0);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        rtd_result = original;
        return;
    }
    vec3 centre = rtd_decode(original.rgb);
    vec3 filtered = 0.608799 * centre
        - 0.18766904 * (rtd_at(0, -1) + rtd_at(0, 1))
        - 0.11483741 * (rtd_at(-1, 0) + rtd_at(1, 0))
        + 0.03542447 * (rtd_at(1, -1) + rtd_at(-1, 1))
        + 0.6283295 * (rtd_at(-1, -1) + rtd_at(1, 1))
        + 0.10970068 * (rtd_at(-2, 0) + rtd_at(2, 0))
        + 0.46063375 * (rtd_at(-2, -1) + rtd_at(2, 1))
        - 0.30448794 * (rtd_at(-2, -2) + rtd_at(2, 2))
        - 0.23093462 * (rtd_at(-3, -1) + rtd_at(3, 1))
        + 0.021830797 * (rtd_at(3, -1) + rtd_at(-3, 1))
        - 0.46453476 * (rtd_at(-3, -2) + rtd_at(3, 2))
        - 0.089746 * (rtd_at(-2, -3) + rtd_at(2, 3))
        + 0.33189106 * (rtd_at(-3, -3) + rtd_at(3, 3));
    rtd_result = vec4(rtd_encode(mix(centre, filtered, rtd_strength)), original.a);
}
