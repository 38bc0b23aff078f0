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
// cost    14 fetches in 2 passes; 4 of them bilinear
//         weights of the bands at every pixel: 2 exponentials
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
uniform float rtd_strength = 1.0;     // strength of the restoration, 0.0 (off) to 1.5
uniform float rtd_sigma = 0.75;       // blur, sigma in px, 0.0 to 2.0
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

// What the two bands weigh for the least expected error under this noise and a Gaussian
// blur of sigma pixels: a.x c.x + a.y c.y = r.x, a.y c.x + a.z c.y = r.y. Taken over all
// frequencies, a and r are sums of Gaussians in sigma.
vec2 rtd_coefficients(float sigma, float noise) {
    float blur = clamp(sigma, 0.3, 2.0);
    float power = noise * noise + 0.0000009536743;  // and rounding
    vec3 a = power * vec3(0.625, 0.125, 0.0625);
    vec2 r = power * vec2(-0.75, -0.1875);
    float g;
    g = exp(-0.5 * blur * blur);
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
    vec4 original = texelFetch(rtd_source, rtd_here, 0);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        rtd_result = original;
        return;
    }
    vec3 centre = original.rgb;
    vec2 c = rtd_coefficients(rtd_sigma, rtd_noise);
    vec3 band1 = centre
        - rtd_at1(0, 0);
    vec3 band2 = 0.75 * rtd_at1(0, 0)
        - 0.125 * (rtd_at1(0, -2) + rtd_at1(-2, 0) + rtd_at1(2, 0) + rtd_at1(0, 2))
        - 0.0625 * (rtd_at1(-2, -2) + rtd_at1(2, -2) + rtd_at1(-2, 2) + rtd_at1(2, 2));
    vec3 filtered = centre + c.x * band1 + c.y * band2;
    rtd_result = vec4(mix(centre, filtered, rtd_strength), original.a);
}

#endif
