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
// border  clamp: positions outside read the nearest edge pixel
// cost    15 fetches in 2 passes; 4 of them bilinear
//         weights of the bands at every pixel: 4 of 4 constants
// remake  rtdeconv export
//
// pass 1, taps on the source in thousandths, its bilinear fetches taken together:
//     62 125  62
//    125 250 125
//     62 125  62
//
// pass 2, band 1, centre of the source: 1000 thousandths
//
// pass 2, band 1, centre of the image of pass 1: -1000 thousandths
//
// pass 2, band 2, taps on the image of pass 1 in thousandths, 2 px apart:
//     -62 -125  -62
//    -125  750 -125
//     -62 -125  -62

#ifndef RTD_PASS
#define RTD_PASS 1            // 1..2: compile once for each and draw in order
#endif
#ifndef RTD_SAMPLER_CLAMPS
#define RTD_SAMPLER_CLAMPS 0  // 1: every sampler is CLAMP_TO_EDGE, which is faster
#endif

uniform sampler2D rtd_source;         // the picture to restore; filter it LINEAR
uniform sampler2D rtd_image1;         // what pass 1 wrote, RGBA32F
uniform sampler2D rtd_map_sigma;      // blur: red, 0.0 to 1.0; as large as the target
uniform float rtd_strength = 1.0;     // strength of the restoration, 0.0 (off) to 1.5
uniform float rtd_sigma = 1.5;        // sigma in px where the map is 1; above 2 is 2, 0.0 to 20.0
uniform float rtd_noise = 0.0078125;  // noise, sigma on the 0..1 scale, 0.0 to 0.1
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
#define rtd_at1(dx, dy) rtd_texel(rtd_image1, dx, dy).rgb

// the same between pixels, bilinear
#if RTD_SAMPLER_CLAMPS
#define rtd_folded(at) (at)
#else
vec2 rtd_folded(vec2 at) { return clamp(at, vec2(0.5), vec2(rtd_size) - 0.5); }
#endif
vec4 rtd_bilinear(sampler2D image, float dx, float dy) {
    return textureLod(image, rtd_folded(gl_FragCoord.xy + vec2(dx, dy)) / vec2(rtd_size), 0.0);
}
#define rtd_between(dx, dy) rtd_bilinear(rtd_source, dx, dy).rgb

// What the two bands weigh for the least expected error: a row for each sigma, a column
// for each noise from 0.001 to 0.04 in equal ratios.
const vec2 rtd_table[4] = vec2[4](
    vec2(0.25, 0.0), vec2(-0.5, 0.125), vec2(2.0, 1.0), vec2(1.0, 0.5)
);
vec2 rtd_coefficients(float sigma, float noise) {
    float blur = clamp(sigma, 0.3, 2.0);
    float row = (blur - 0.3) * 0.5882353;
    float column = clamp(log2(max(noise, 0.001) / 0.001) * 0.18790182, 0.0, 1.0);
    int y = min(int(row), 0), x = min(int(column), 0);
    int at = 2 * y + x;
    float right = column - float(x);
    vec2 above = mix(rtd_table[at], rtd_table[at + 1], right);
    vec2 below = mix(rtd_table[at + 2], rtd_table[at + 3], right);
    vec2 c = mix(above, below, row - float(y));
    return c * smoothstep(0.05, 0.3, sigma);  // sharp already: none
}

#if RTD_PASS == 1

void main() {
    vec3 filtered = 0.25 * (rtd_between(-0.5, -0.5) + rtd_between(0.5, -0.5)
                            + rtd_between(-0.5, 0.5) + rtd_between(0.5, 0.5));
    rtd_result = vec4(filtered, 1.0);
}

#elif RTD_PASS == 2

void main() {
    vec4 original = texelFetch(rtd_source, rtd_here, 0);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        rtd_result = original;
        return;
    }
    vec3 centre = original.rgb;
    float sigma = max(texelFetch(rtd_map_sigma, rtd_here, 0).r, 0.0) * rtd_sigma;
    vec2 c = rtd_coefficients(sigma, rtd_noise);
    vec3 band1 = centre
        - rtd_at1(0, 0);
    vec3 band2 = 0.75 * rtd_at1(0, 0)
        - 0.125 * (rtd_at1(0, -2) + rtd_at1(-2, 0) + rtd_at1(2, 0) + rtd_at1(0, 2))
        - 0.0625 * (rtd_at1(-2, -2) + rtd_at1(2, -2) + rtd_at1(-2, 2) + rtd_at1(2, 2));
    vec3 filtered = centre + c.x * band1 + c.y * band2;
    rtd_result = vec4(mix(centre, filtered, rtd_strength), original.a);
}

#endif
