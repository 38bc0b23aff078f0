#version 330 core
// rtdeconv: 5x5 FIR undoing box:2
//
// design  noise 1/255 and 8-bit rounding, prior ar1 of variance 0.05
//         fitted for the least expected squared error
//         expected under that prior: +2.3 dB, 0.3 dB below the full Wiener filter
// input   rtd_source: RGB and straight alpha, as large as the target, fetched 1:1;
//         values above 1 are kept, alpha is copied
// output  below 0 beside strong edges where the target can hold that; an infinity or
//         NaN spreads as far as the taps reach
// place   right after the blur, before scaling, sharpening, film grain and overlays
// light   none undone: display-encoded values are added up as they are
// border  clamp: positions outside read the nearest edge pixel
// cost    25 fetches in 1 pass
// remake  rtdeconv export box:2 --method fir --taps 5 --light encoded --to glsl330
//
// pass 1, taps on the source in thousandths:
//     -20  166 -126  166  -20
//     166 -569  -22 -569  166
//    -126  -22 2621  -22 -126
//     166 -569  -22 -569  166
//     -20  166 -126  166  -20

#ifndef RTD_SAMPLER_CLAMPS
#define RTD_SAMPLER_CLAMPS 0  // 1: every sampler is NEAREST and CLAMP_TO_EDGE, which is faster
#endif

uniform sampler2D rtd_source;      // the picture to restore
uniform float rtd_strength = 1.0;  // strength of the restoration, 0.0 (off) to 1.5
out vec4 rtd_result;

#define rtd_size textureSize(rtd_source, 0)
#define rtd_here ivec2(gl_FragCoord.xy)  // the viewport is the whole target
#define rtd_uv (gl_FragCoord.xy / vec2(rtd_size))

// the pixel dx to the right and dy down from the one being written
ivec2 rtd_inside(ivec2 at) { return clamp(at, ivec2(0), rtd_size - 1); }
#if RTD_SAMPLER_CLAMPS
#define rtd_texel(image, dx, dy) textureLodOffset(image, rtd_uv, 0.0, ivec2(dx, dy))
#else
#define rtd_texel(image, dx, dy) texelFetch(image, rtd_inside(rtd_here + ivec2(dx, dy)), 0)
#endif
#define rtd_at(dx, dy) rtd_texel(rtd_source, dx, dy).rgb

void main() {
    vec4 original = texelFetch(rtd_source, rtd_here, 0);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        rtd_result = original;
        return;
    }
    vec3 centre = original.rgb;
    vec3 filtered = 2.62117 * centre
        - 0.021745682 * (rtd_at(0, -1) + rtd_at(-1, 0) + rtd_at(1, 0) + rtd_at(0, 1))
        - 0.56891537 * (rtd_at(-1, -1) + rtd_at(1, -1) + rtd_at(-1, 1) + rtd_at(1, 1))
        - 0.1260376 * (rtd_at(0, -2) + rtd_at(-2, 0) + rtd_at(2, 0) + rtd_at(0, 2))
        + 0.16582298 * (rtd_at(-1, -2) + rtd_at(1, -2) + rtd_at(-2, -1) + rtd_at(2, -1)
                        + rtd_at(-2, 1) + rtd_at(2, 1) + rtd_at(-1, 2) + rtd_at(1, 2))
        - 0.02023983 * (rtd_at(-2, -2) + rtd_at(2, -2) + rtd_at(-2, 2) + rtd_at(2, 2));
    rtd_result = vec4(mix(centre, filtered, rtd_strength), original.a);
}
