#version 330 core
// rtdeconv: 17 bilinear fetches undoing disk:1.5
//
// install  compile it behind a full-screen triangle for each RTD_PASS, 1 to 2;
//          bind the picture to rtd_source and draw in order into targets of the same size,
//          pass k into a texture that later passes read as rtd_image<k>
// design   noise 2/255 and 8-bit rounding, prior ar1 of variance 0.05
//          fitted for the least expected squared error
//          expected under that prior: +2.1 dB, 0.3 dB below the full Wiener filter
// input    rtd_source: RGB and straight alpha, as large as the target;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    linear light is added up, by the exact sRGB curve
//          values are taken as sRGB-encoded; RTD_VALUES_LINEAR says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     18 fetches in 2 passes; 16 of them bilinear
//          pass 1 only decodes, so that bilinear fetches mix linear light
// remake   rtdeconv export disk:1.5 --noise 2/255 --method fetch --taps 17 --to glsl330
//
// pass 2, taps on the image of pass 1 in thousandths, its bilinear fetches taken together:
//       .    .    .    .    .  -18  -33    .    .    .    .
//       .    .    .    .    .   36    5    .    .    .    .
//       .    .    .    .    .  139  168    .    .    .    .
//       .    .    .    .    . -531 -283    .    .    .    .
//     -33    5  168 -283  107  612  107    .    .    .    .
//     -18   36  139 -531  612  196  612 -531  139   36  -18
//       .    .    .    .  107  612  107 -283  168    5  -33
//       .    .    .    . -283 -531    .    .    .    .    .
//       .    .    .    .  168  139    .    .    .    .    .
//       .    .    .    .    5   36    .    .    .    .    .
//       .    .    .    .  -33  -18    .    .    .    .    .

#ifndef RTD_PASS
#define RTD_PASS 1            // 1..2: compile once for each and draw in order
#endif
#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0   // 1: values arrive linear and leave linear
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

#define rtd_size vec2(textureSize(rtd_source, 0))
#define rtd_here gl_FragCoord.xy  // the viewport is the whole target
#define rtd_down(dy) (RTD_ROWS_UP == 1 ? -(dy) : (dy))
#if RTD_SAMPLER_CLAMPS
#define rtd_uv (rtd_here / rtd_size)
#define rtd_texel(image, dx, dy) textureLodOffset(image, rtd_uv, 0.0, ivec2(dx, rtd_down(dy)))
#define rtd_mixed(image, dx, dy) textureLod(image, rtd_moved(dx, dy) / rtd_size, 0.0)
#else
#define rtd_texel(image, dx, dy) texelFetch(image, ivec2(rtd_place(dx, dy)), 0)
#define rtd_mixed(image, dx, dy) textureLod(image, rtd_place(dx, dy) / rtd_size, 0.0)
#endif

vec3 rtd_decode(vec3 c) {  // sRGB to linear
    if (RTD_VALUES_LINEAR == 1) { return c; }
    vec3 curved = pow((max(c, vec3(0.04045)) + 0.055) / 1.055, vec3(2.4));
    return mix(c / 12.92, curved, greaterThan(c, vec3(0.04045)));
}

vec3 rtd_encode(vec3 c) {  // linear to sRGB
    if (RTD_VALUES_LINEAR == 1) { return c; }
    vec3 curved = 1.055 * pow(max(c, vec3(0.0031308)), vec3(1.0 / 2.4)) - 0.055;
    return mix(c * 12.92, curved, greaterThan(c, vec3(0.0031308)));
}

vec2 rtd_inside(vec2 at, vec2 size) {
    return clamp(at, vec2(0.5, 0.5), size - vec2(0.5, 0.5));
}

// the pixel dx to the right and dy down from the one being written
#define rtd_moved(dx, dy) (rtd_here + vec2(dx, rtd_down(dy)))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), rtd_size)
#define rtd_at(dx, dy) rtd_decode(rtd_texel(rtd_source, dx, dy).rgb)
#define rtd_between1(dx, dy) rtd_mixed(rtd_image1, dx, dy).rgb

#if RTD_PASS == 1

void main() {
    rtd_result = vec4(rtd_at(0, 0), 1.0);
}

#elif RTD_PASS == 2

void main() {
    vec4 original = texelFetch(rtd_source, ivec2(rtd_here), 0);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        rtd_result = original;
        return;
    }
    vec3 centre = rtd_decode(original.rgb);
    vec3 filtered = 0.1964159 * centre
        + 0.7184036 * (rtd_between1(0.1484375, -1.0) + rtd_between1(-1.0, -0.1484375)
                       + rtd_between1(1.0, 0.1484375) + rtd_between1(-0.1484375, 1.0))
        - 0.8143399 * (rtd_between1(0.34765625, -2.0) + rtd_between1(-2.0, -0.34765625)
                       + rtd_between1(2.0, 0.34765625) + rtd_between1(-0.34765625, 2.0))
        + 0.5137346 * (rtd_between1(0.546875, -3.4023438) + rtd_between1(-3.4023438, -0.546875)
                       + rtd_between1(3.4023438, 0.546875) + rtd_between1(-0.546875, 3.4023438))
        - 0.21690226 * (rtd_between1(0.65234375, -4.234375) + rtd_between1(-4.234375, -0.65234375)
                        + rtd_between1(4.234375, 0.65234375) + rtd_between1(-0.65234375, 4.234375));
    rtd_result = vec4(rtd_encode(mix(centre, filtered, rtd_strength)), original.a);
}

#endif
