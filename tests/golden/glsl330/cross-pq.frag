#version 330 core
// rtdeconv: golden plan
//
// install  compile it behind a full-screen triangle, bind the picture to rtd_source and
//          draw into a target of the same size
// design   made by hand
//          for the tests
// input    rtd_source: RGB and straight alpha, as large as the target;
//          values above 1.1, beyond what PQ codes, become that, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    linear light is added up, by the exact PQ curve (SMPTE ST 2084)
//          values are taken as PQ-encoded; RTD_VALUES_LINEAR says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     5 fetches in 1 pass
//          5 of them decoded, none where values arrive linear
// remake   rtdeconv export
//
// pass 1, taps on the source in thousandths:
//       . -250    .
//    -250 2000 -250
//       . -250    .

#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0   // 1: values arrive linear and leave linear
#endif
#ifndef RTD_SAMPLER_CLAMPS
#define RTD_SAMPLER_CLAMPS 0  // 1: every sampler is CLAMP_TO_EDGE, which is faster
#endif

uniform sampler2D rtd_source;      // the picture to restore
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

vec3 rtd_decode(vec3 c) {  // PQ to linear, 1.0 is 100 cd/m2
    if (RTD_VALUES_LINEAR == 1) { return c; }
    vec3 root = pow(min(abs(c), vec3(1.1)), vec3(32.0 / 2523.0));
    vec3 share = max(root - 0.8359375, vec3(0.0)) / (18.8515625 - 18.6875 * root);
    return 100.0 * sign(c) * pow(share, vec3(16384.0 / 2610.0));
}

vec3 rtd_encode(vec3 c) {  // and back
    if (RTD_VALUES_LINEAR == 1) { return c; }
    vec3 power = pow(abs(c) / 100.0, vec3(2610.0 / 16384.0));
    vec3 ratio = (0.8359375 + 18.8515625 * power) / (1.0 + 18.6875 * power);
    return sign(c) * pow(ratio, vec3(2523.0 / 32.0));
}

vec2 rtd_inside(vec2 at, vec2 size) {
    return clamp(at, vec2(0.5, 0.5), size - vec2(0.5, 0.5));
}

// the pixel dx to the right and dy down from the one being written
#define rtd_moved(dx, dy) (rtd_here + vec2(dx, dy))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), rtd_size)
#define rtd_at(dx, dy) rtd_decode(rtd_texel(rtd_source, dx, dy).rgb)

void main() {
    vec4 original = texelFetch(rtd_source, ivec2(rtd_here), 0);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        rtd_result = original;
        return;
    }
    vec3 centre = rtd_decode(original.rgb);
    vec3 filtered = 2.0 * centre
        - 0.25 * (rtd_at(0, -1) + rtd_at(-1, 0) + rtd_at(1, 0) + rtd_at(0, 1));
    rtd_result = vec4(rtd_encode(mix(centre, filtered, rtd_strength)), original.a);
}
