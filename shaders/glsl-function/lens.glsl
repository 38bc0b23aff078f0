// rtdeconv: comb Laplacian of 2 bands, tunable, radial undoing gaussian:0.5 in the middle
//
// install  paste it above main: GLSL 3.30, or ES 3.00 after precision highp float and sampler2D;
//          draw rtd_pass1 into image1, then rtd_deblur; texel: 1.0 / vec2(textureSize(source, 0));
//          #define RTD_STRENGTH before it, as a uniform of yours, for a slider
// design   noise 1/255 and 8-bit rounding, prior ar1 of variance 0.05
//          sigma 1.2 px in the corners
//          up to 1 px of blur at most 0.008 dB behind a fit of its own
//          fitted for the least expected squared error
//          expected under that prior: +6.0 dB, 0.9 dB below the full Wiener filter in the middle
// input    source: RGB, from any sampler;
//          values above 1 are kept, alpha is yours
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    linear light is added up, by the exact sRGB curve
//          values are taken as sRGB-encoded; RTD_VALUES_LINEAR says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     19 fetches in 2 passes
//          10 of them decoded, none where values arrive linear
//          weights of the bands at every pixel: 6 exponentials
// remake   rtdeconv export gaussian:0.5 --method tunable:1.2 --terms 2 --to glsl-function
//
// pass 1, taps on the source in thousandths:
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

// source   the picture to restore
// image1   what pass 1 wrote, RGBA32F

#ifndef RTD_STRENGTH
#define RTD_STRENGTH 1.0       // strength of the restoration, 0.0 (off) to 1.5
#endif
#ifndef RTD_SIGMA
#define RTD_SIGMA 0.5          // blur in the middle, sigma in px, 0.0 to 2.0
#endif
#ifndef RTD_SIGMA_AT_EDGE
#define RTD_SIGMA_AT_EDGE 1.2  // blur in the corners, sigma in px, 0.0 to 2.0
#endif
#ifndef RTD_NOISE
#define RTD_NOISE 0.003921569  // noise, sigma on the 0..1 scale, 0.0 to 0.1
#endif
#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0    // 1: values arrive linear and leave linear
#endif

// in the functions below: where they are called for, in pixels, and the picture's size
#define rtd_here (uv / texel)
#define rtd_size (1.0 / texel)
#define rtd_texel(image, at) texelFetch(image, ivec2(at), 0)

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
#define rtd_moved(dx, dy) (rtd_here + vec2(dx, dy))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), rtd_size)
#define rtd_at(dx, dy) rtd_decode(rtd_texel(source, rtd_place(dx, dy)).rgb)
#define rtd_at1(dx, dy) rtd_texel(image1, rtd_place(dx, dy)).rgb

float rtd_radius2(vec2 at, vec2 size) {  // squared distance from the middle, 1 at corners
    vec2 away = 2.0 * at - size;
    return dot(away, away) / dot(size, size);
}

// What the two bands weigh for the least expected error under this noise and a Gaussian
// blur of sigma pixels: a.x c.x + a.y c.y = r.x, a.y c.x + a.z c.y = r.y. Taken over all
// frequencies, a and r are sums of Gaussians in sigma.
vec2 rtd_coefficients(float sigma, float noise) {
    float blur = clamp(sigma, 0.3, 2.0);
    float power = noise * noise + 0.0000012815584;  // and rounding
    vec3 a = power * vec3(0.640625, 0.09472656, 0.07446289);
    vec2 r = power * vec2(-0.75, -0.1875);
    float g = exp(-0.2 * blur * blur);
    a += g * vec3(0.000010709544, 0.000039022954, 0.00014428579);
    r += g * vec2(0.0002598976, 0.0008667052);
    g = exp(-0.57707995 * blur * blur);
    a += g * vec3(0.000029318515, 0.00008472034, 0.00023760744);
    r += g * vec2(-0.000092682436, -0.00062699494);
    g = exp(-1.6651064 * blur * blur);
    a += g * vec3(0.00012586558, 0.00020450595, 0.0003479819);
    r += g * vec2(0.00025185343, 0.00008051221);
    g = exp(-4.8044977 * blur * blur);
    a += g * vec3(0.00036614566, 0.00010179631, -0.0000010364593);
    r += g * vec2(0.00018162247, -0.00028501774);
    g = exp(-13.862897 * blur * blur);
    a += g * vec3(0.001493404, 0.00024366792, 0.00031380498);
    r += g * vec2(-0.0009461817, -0.0001564886);
    g = exp(-40.0 * blur * blur);
    a += g * vec3(-0.00077051006, -0.00018915664, -0.00038291217);
    r += g * vec2(-0.00015284341, -0.00001019647);
    vec2 c = vec2(a.z * r.x - a.y * r.y, a.x * r.y - a.y * r.x) / (a.x * a.z - a.y * a.y);
    return c * smoothstep(0.05, 0.3, sigma);  // sharp already: none
}

vec3 rtd_pass1(sampler2D source, vec2 uv, vec2 texel) {
    vec3 filtered = 0.25 * rtd_at(0, 0)
        + 0.125 * (rtd_at(0, -1) + rtd_at(-1, 0) + rtd_at(1, 0) + rtd_at(0, 1))
        + 0.0625 * (rtd_at(-1, -1) + rtd_at(1, -1) + rtd_at(-1, 1) + rtd_at(1, 1));
    return filtered;
}

vec3 rtd_deblur(sampler2D source, sampler2D image1, vec2 uv, vec2 texel) {
    vec4 original = rtd_texel(source, rtd_here);
    if (RTD_STRENGTH == 0.0) {  // selected, not computed: exactly the input
        return original.rgb;
    }
    vec3 centre = rtd_decode(original.rgb);
    float sigma = mix(RTD_SIGMA, RTD_SIGMA_AT_EDGE, rtd_radius2(rtd_here, rtd_size));
    vec2 c = rtd_coefficients(sigma, RTD_NOISE);
    vec3 band1 = centre - rtd_at1(0, 0);
    vec3 band2 = 0.75 * rtd_at1(0, 0)
        - 0.125 * (rtd_at1(0, -2) + rtd_at1(-2, 0) + rtd_at1(2, 0) + rtd_at1(0, 2))
        - 0.0625 * (rtd_at1(-2, -2) + rtd_at1(2, -2) + rtd_at1(-2, 2) + rtd_at1(2, 2));
    vec3 filtered = centre + c.x * band1 + c.y * band2;
    return rtd_encode(mix(centre, filtered, RTD_STRENGTH));
}
