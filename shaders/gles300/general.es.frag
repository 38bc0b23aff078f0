#version 300 es
// rtdeconv: 13-tap FIR in 7x7 undoing gaussian:0.8
//
// install  compile it behind a full-screen triangle, bind the picture to rtd_source and
//          draw into a target of the same size
// design   noise 2/255 and 8-bit rounding, prior ar1 of variance 0.05
//          size of the blur known to +-30 %
//          overshoot of a step at most 0.05
//          fitted for the least expected squared error
//          expected under that prior: +1.5 dB, 0.1 dB below the full Wiener filter
// input    rtd_source: RGB and straight alpha, as large as the target;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    display-encoded values are added up as they are
//          values are taken as sRGB-encoded; RTD_VALUES_LINEAR says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     13 fetches in 1 pass
// remake   rtdeconv export gaussian:0.8 --noise 2/255 --max-overshoot 0.05 --sigma-range 30 --method free --taps 13 --light encoded --to gles300
//
// pass 1, taps on the source in thousandths:
//       .    .    .   32    .    .    .
//       .    .    .   -3    .    .    .
//       .    . -219    . -219    .    .
//      32   -3    . 1757    .   -3   32
//       .    . -219    . -219    .    .
//       .    .    .   -3    .    .    .
//       .    .    .   32    .    .    .

precision highp float;
precision highp sampler2D;

#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0   // 1: values arrive linear and leave linear
#endif
#ifndef RTD_SAMPLER_CLAMPS
#define RTD_SAMPLER_CLAMPS 0  // 1: every sampler is CLAMP_TO_EDGE, which is faster
#endif

uniform sampler2D rtd_source;  // the picture to restore
uniform float rtd_strength;    // strength of the restoration, 0.0 (off) to 1.5; design: 1.0
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
#define rtd_moved(dx, dy) (rtd_here + vec2(dx, dy))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), rtd_size)
#define rtd_at(dx, dy) rtd_encode(rtd_texel(rtd_source, dx, dy).rgb)

void main() {
    vec4 original = texelFetch(rtd_source, ivec2(rtd_here), 0);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        rtd_result = original;
        return;
    }
    vec3 centre = rtd_encode(original.rgb);
    vec3 filtered = 1.7567673 * centre
        - 0.2186451 * (rtd_at(-1, -1) + rtd_at(1, -1) + rtd_at(-1, 1) + rtd_at(1, 1))
        - 0.002951622 * (rtd_at(0, -2) + rtd_at(-2, 0) + rtd_at(2, 0) + rtd_at(0, 2))
        + 0.0324049 * (rtd_at(0, -3) + rtd_at(-3, 0) + rtd_at(3, 0) + rtd_at(0, 3));
    rtd_result = vec4(rtd_decode(mix(centre, filtered, rtd_strength)), original.a);
}
