// rtdeconv: 9 bilinear fetches undoing gaussian:0.7
//
// install  paste it into the tab Image;
//          set iChannel0: the picture, filter linear
// design   noise 1/255 and 8-bit rounding, prior ar1 of variance 0.05
//          fitted for the least expected squared error
//          expected under that prior: +3.7 dB, 0.1 dB below the full Wiener filter
// input    iChannel0, pixel by pixel from the lower left;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    display-encoded values are added up as they are
//          values are taken as sRGB-encoded; RTD_VALUES_LINEAR says otherwise
//          (bilinear fetches mix values as they arrive: it is then an approximation)
// border   clamp: positions outside read the nearest edge pixel
// cost     9 fetches in 1 pass; 8 of them bilinear
// remake   rtdeconv export gaussian:0.7 --method fetch --taps 9 --light encoded --to shadertoy
//
// pass 1, taps on the source in thousandths, its bilinear fetches taken together:
//      16   83    .   83   16
//      83 -414 -301 -414   83
//       . -301 3130 -301    .
//      83 -414 -301 -414   83
//      16   83    .   83   16

#define rtd_strength 1.0     // strength of the restoration, 0.0 (off) to 1.5
#define RTD_VALUES_LINEAR 0  // 1: values arrive linear and leave linear

#define rtd_size min(vec2(textureSize(iChannel0, 0)), iResolution.xy)
#define rtd_here fragCoord
#define rtd_texel(image, at) texelFetch(image, ivec2(at), 0)
#define rtd_mixed(image, at) textureLod(image, (at) / vec2(textureSize(image, 0)), 0.0)

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
#define rtd_moved(dx, dy) (rtd_here + vec2(dx, -(dy)))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), rtd_size)
#define rtd_between(dx, dy) rtd_encode(rtd_mixed(iChannel0, rtd_place(dx, dy)).rgb)

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec4 original = rtd_texel(iChannel0, rtd_here);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        fragColor = original;
        return;
    }
    vec3 centre = rtd_encode(original.rgb);
    vec3 filtered = 3.1302528 * centre
        - 1.1497383 * (rtd_between(0.73828125, -1.0) + rtd_between(-1.0, -0.73828125)
                       + rtd_between(1.0, 0.73828125) + rtd_between(-0.73828125, 1.0))
        + 0.6171751 * (rtd_between(-1.1601562, -1.1601562) + rtd_between(1.1601562, -1.1601562)
                       + rtd_between(-1.1601562, 1.1601562) + rtd_between(1.1601562, 1.1601562));
    fragColor = vec4(rtd_decode(mix(centre, filtered, rtd_strength)), original.a);
}
