#version 330 core
// rtdeconv: golden plan
//
// install  compile it behind a full-screen triangle, bind the picture to rtd_source and
//          draw into a target of the same size
// design   made by hand
//          for the tests
// input    rtd_source: RGB and straight alpha, as large as the target;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    squares are added up, the cheap stand-in for linear light
//          values are taken as sRGB-encoded; RTD_VALUES_LINEAR says otherwise
// border   mirror: the picture continues as its mirror image, edge pixel repeated
// cost     5 fetches in 1 pass
//          5 of them decoded, none where values arrive linear
// remake   rtdeconv export
//
// pass 1, taps on the source in thousandths:
//       . -250    .
//    -250 2000 -250
//       . -250    .

#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0  // 1: values arrive linear and leave linear
#endif

uniform sampler2D rtd_source;      // the picture to restore
uniform float rtd_strength = 1.0;  // strength of the restoration, 0.0 (off) to 1.5
out vec4 rtd_result;

#define rtd_size vec2(textureSize(rtd_source, 0))
#define rtd_here gl_FragCoord.xy  // the viewport is the whole target

vec3 rtd_decode(vec3 c) {  // about sRGB to linear
    if (RTD_VALUES_LINEAR == 1) { return c; }
    return c * abs(c);
}

vec3 rtd_encode(vec3 c) {  // and back
    if (RTD_VALUES_LINEAR == 1) { return c; }
    return sign(c) * sqrt(abs(c));
}

vec2 rtd_inside(vec2 at, vec2 size) {  // back and forth over the picture
    vec2 lap = at - 2.0 * size * floor(at / (2.0 * size));
    return clamp(size - abs(lap - size), vec2(0.5, 0.5), size - vec2(0.5, 0.5));
}

// the pixel dx to the right and dy down from the one being written
#define rtd_moved(dx, dy) (rtd_here + vec2(dx, dy))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), rtd_size)
#define rtd_at(dx, dy) rtd_decode(texelFetch(rtd_source, ivec2(rtd_place(dx, dy)), 0).rgb)

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
