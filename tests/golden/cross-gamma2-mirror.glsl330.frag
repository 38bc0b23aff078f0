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
// light   squared at each fetch, root at the end: the cheap stand-in for the sRGB curve
// border  mirror: the picture continues as its mirror image, edge pixel repeated
// cost    5 fetches in 1 pass
//         5 of them decoded, none where RTD_VALUES_LINEAR is 1
// remake  rtdeconv export
//
// pass 1, taps on the source in thousandths:
//       . -250    .
//    -250 2000 -250
//       . -250    .

#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0   // 1: values arrive linear and leave linear (HDR, sRGB textures)
#endif

uniform sampler2D rtd_source;      // the picture to restore
uniform float rtd_strength = 1.0;  // strength of the restoration, 0.0 (off) to 1.5
out vec4 rtd_result;

#define rtd_size textureSize(rtd_source, 0)
#define rtd_here ivec2(gl_FragCoord.xy)  // the viewport is the whole target

#if RTD_VALUES_LINEAR
#define rtd_decode(c) (c)
#define rtd_encode(c) (c)
#else
vec3 rtd_decode(vec3 c) { return c * abs(c); }

vec3 rtd_encode(vec3 c) { return sign(c) * sqrt(abs(c)); }
#endif

// the pixel dx to the right and dy down from the one being written
ivec2 rtd_inside(ivec2 at) {  // 16 sizes are added because % of a negative number is undefined
    ivec2 folded = (at + 16 * rtd_size) % (2 * rtd_size);
    return min(folded, 2 * rtd_size - 1 - folded);
}
#define rtd_texel(image, dx, dy) texelFetch(image, rtd_inside(rtd_here + ivec2(dx, dy)), 0)
#define rtd_at(dx, dy) rtd_decode(rtd_texel(rtd_source, dx, dy).rgb)

void main() {
    vec4 original = texelFetch(rtd_source, rtd_here, 0);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        rtd_result = original;
        return;
    }
    vec3 centre = rtd_decode(original.rgb);
    vec3 filtered = 2.0 * centre
        - 0.25 * (rtd_at(0, -1) + rtd_at(-1, 0) + rtd_at(1, 0) + rtd_at(0, 1));
    rtd_result = vec4(rtd_encode(mix(centre, filtered, rtd_strength)), original.a);
}
