#version 330 core
// rtdeconv: golden plan
//
// install  compile it behind a full-screen triangle for each RTD_PASS, 1 to 2;
//          bind the picture to rtd_source and draw in order into targets of the same size,
//          pass k into a texture that later passes read as rtd_image<k>
// design   made by hand
//          for the tests
// input    rtd_source: RGB and straight alpha, as large as the target;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    display-encoded values are added up as they are
//          values are taken as sRGB-encoded; RTD_VALUES_LINEAR says otherwise
//          (bilinear fetches mix values as they arrive: it is then an approximation)
// border   clamp: positions outside read the nearest edge pixel
// cost     14 fetches in 2 passes; 4 of them bilinear
//          weights of the bands at every pixel: 2 exponentials
// remake   rtdeconv export
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
#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0   // 1: values arrive linear and leave linear
#endif
#ifndef RTD_SAMPLER_CLAMPS
#define RTD_SAMPLER_CLAMPS 0  // 1: every sampler is CLAMP_TO_EDGE, which is faster
#endif

uniform sampler2D rtd_source;         // the picture to restore; filter it LINEAR
uniform sampler2D rtd_image1;         // what pass 1 wrote, RGBA32F
uniform float rtd_strength = 1.0;     // strength of the restoration, 0.0 (off) to 1.5
uniform float rtd_sigma = 0.75;       // blur, sigma in px, 0.0 to 2.0
uniform float rtd_noise = 0.0078125;  // noise, sigma on the 0..1 scale, 0.0 to 0.1
out vec4 rtd_result;

#define rtd_size vec2(textureSize(rtd_source, 0))
#define rtd_here gl_FragCoord.xy  // the viewport is the whole target
#if RTD_SAMPLER_CLAMPS
#define rtd_uv (rtd_here / rtd_size)
#define rtd_texel(image, dx, dy) textureLodOffset(image, rtd_uv, 0.0, ivec2(dx, dy))
#define rtd_mixed(image, dx, dy) textureLod(image, rtd_moved(dx, dy) / rtd_size, 0.0)
#else
#define rtd_texel(image, dx, dy) texelFetch(image, ivec2(rtd_place(dx, dy)), 0)
#define rtd_mixed(image, dx, dy) textureLod(image, rtd_place(dx, dy) / rtd_size, 0.0)
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
#define rtd_at1(dx, dy) rtd_texel(rtd_image1, dx, dy).rgb
#define rtd_between(dx, dy) rtd_encode(rtd_mixed(rtd_source, dx, dy).rgb)

// What the two bands weigh for the least expected error under this noise and a Gaussian
// blur of sigma pixels: a.x c.x + a.y c.y = r.x, a.y c.x + a.z c.y = r.y. Taken over all
// frequencies, a and r are sums of Gaussians in sigma.
vec2 rtd_coefficients(float sigma, float noise) {
    float blur = clamp(sigma, 0.3, 2.0);
    float power = noise * noise + 0.0000009536743;  // and rounding
    vec3 a = power * vec3(0.625, 0.125, 0.0625);
    vec2 r = power * vec2(-0.75, -0.1875);
    float g = exp(-0.5 * blur * blur);
    a += g * vec3(0.001, 0.0005, 0.002);
    r += g * vec2(0.004, 0.001);
    g = exp(-8.0 * blur * blur);
    a += g * vec3(0.002, 0.0, -0.0005);
    r += g * vec2(-0.001, 0.0005);
    vec2 c = vec2(a.z * r.x - a.y * r.y, a.x * r.y - a.y * r.x) / (a.x * a.z - a.y * a.y);
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
    vec4 original = texelFetch(rtd_source, ivec2(rtd_here), 0);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        rtd_result = original;
        return;
    }
    vec3 centre = rtd_encode(original.rgb);
    vec2 c = rtd_coefficients(rtd_sigma, rtd_noise);
    vec3 band1 = centre - rtd_at1(0, 0);
    vec3 band2 = 0.75 * rtd_at1(0, 0)
        - 0.125 * (rtd_at1(0, -2) + rtd_at1(-2, 0) + rtd_at1(2, 0) + rtd_at1(0, 2))
        - 0.0625 * (rtd_at1(-2, -2) + rtd_at1(2, -2) + rtd_at1(-2, 2) + rtd_at1(2, 2));
    vec3 filtered = centre + c.x * band1 + c.y * band2;
    rtd_result = vec4(rtd_decode(mix(centre, filtered, rtd_strength)), original.a);
}

#endif
