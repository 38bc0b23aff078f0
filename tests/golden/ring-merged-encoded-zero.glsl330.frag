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
// light   none undone: display-encoded values are added up as they are
// border  zero: black outside
// cost    5 fetches in 1 pass; 4 of them bilinear, each mixed from 4 here
// remake  rtdeconv export
//
// pass 1, taps on the source in thousandths, its bilinear fetches taken together:
//     -47  -94  -47
//     -94 1562  -94
//     -47  -94  -47



uniform sampler2D rtd_source;      // the picture to restore
uniform float rtd_strength = 1.0;  // strength of the restoration, 0.0 (off) to 1.5
out vec4 rtd_result;

#define rtd_size textureSize(rtd_source, 0)
#define rtd_here ivec2(gl_FragCoord.xy)  // the viewport is the whole target

// the pixel dx to the right and dy down from the one being written
vec4 rtd_or_black(sampler2D image, ivec2 at) {
    bool inside = all(greaterThanEqual(at, ivec2(0))) && all(lessThan(at, rtd_size));
    return inside ? texelFetch(image, at, 0) : vec4(0.0);
}
#define rtd_texel(image, dx, dy) rtd_or_black(image, rtd_here + ivec2(dx, dy))
#define rtd_at(dx, dy) rtd_texel(rtd_source, dx, dy).rgb

// the same between pixels, bilinear
vec4 rtd_bilinear(sampler2D image, float dx, float dy) {  // no sampler filters across this border
    int x = int(floor(dx)), y = int(floor(dy));
    vec4 above = mix(rtd_texel(image, x, y), rtd_texel(image, x + 1, y), dx - float(x));
    vec4 below = mix(rtd_texel(image, x, y + 1), rtd_texel(image, x + 1, y + 1), dx - float(x));
    return mix(above, below, dy - float(y));
}
#define rtd_between(dx, dy) rtd_bilinear(rtd_source, dx, dy).rgb

void main() {
    vec4 original = texelFetch(rtd_source, rtd_here, 0);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        rtd_result = original;
        return;
    }
    vec3 centre = original.rgb;
    vec3 filtered = 1.75 * centre
        - 0.1875 * (rtd_between(-0.5, -0.5) + rtd_between(0.5, -0.5) + rtd_between(-0.5, 0.5)
                    + rtd_between(0.5, 0.5));
    rtd_result = vec4(mix(centre, filtered, rtd_strength), original.a);
}
