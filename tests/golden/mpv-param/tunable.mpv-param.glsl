// rtdeconv: golden plan
//
// install  mpv 0.36 or later, --vo=gpu-next --glsl-shaders=FILE --glsl-shader-opts=strength=0.5;
//          while it plays, in its console: change-list glsl-shader-opts add strength=0.5
// design   made by hand
//          for the tests
// input    MAIN: full-range RGB in the video's own curve, taken to be sRGB's;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    first of glsl-shaders, before sharpeners and scalers; it draws before mpv scales
//          the video to the window
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

//!PARAM strength
//!DESC strength of the restoration, 0.0 (off) to 1.5
//!TYPE float
//!MINIMUM 0.0
//!MAXIMUM 1.5
1.0

//!PARAM sigma
//!DESC blur, sigma in px, 0.0 to 2.0
//!TYPE float
//!MINIMUM 0.0
//!MAXIMUM 2.0
0.75

//!PARAM noise
//!DESC noise, sigma on the 0..1 scale, 0.0 to 0.1
//!TYPE float
//!MINIMUM 0.0
//!MAXIMUM 0.1
0.0078125

//!PARAM RTD_VALUES_LINEAR
//!DESC 0: values arrive sRGB-encoded, 1: linear
//!TYPE DEFINE
//!MINIMUM 0
//!MAXIMUM 1
0

//!HOOK MAIN
//!BIND HOOKED
//!SAVE RTD1
//!DESC rtdeconv: golden plan, pass 1 of 2
//!WHEN strength

vec3 rtd_encode(vec3 c) {  // linear to sRGB
    if (RTD_VALUES_LINEAR != 1) { return c; }
    vec3 curved = 1.055 * pow(max(c, vec3(0.0031308)), vec3(1.0 / 2.4)) - 0.055;
    return mix(c * 12.92, curved, greaterThan(c, vec3(0.0031308)));
}

vec2 rtd_inside(vec2 at, vec2 size) {
    return clamp(at, vec2(0.5, 0.5), size - vec2(0.5, 0.5));
}

// the pixel dx to the right and dy down from the one being written
#define rtd_moved(dx, dy) (HOOKED_pos * HOOKED_size + vec2(dx, dy))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), HOOKED_size)
#define rtd_between(dx, dy) rtd_encode(HOOKED_tex(rtd_place(dx, dy) * HOOKED_pt).rgb)

vec4 hook() {
    vec3 filtered = 0.25 * (rtd_between(-0.5, -0.5) + rtd_between(0.5, -0.5)
                            + rtd_between(-0.5, 0.5) + rtd_between(0.5, 0.5));
    return vec4(filtered, 1.0);
}

//!HOOK MAIN
//!BIND HOOKED
//!BIND RTD1
//!DESC rtdeconv: golden plan, pass 2 of 2
//!WHEN strength

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
#define rtd_moved(dx, dy) (HOOKED_pos * HOOKED_size + vec2(dx, dy))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), HOOKED_size)
#define rtd_at1(dx, dy) RTD1_tex(rtd_place(dx, dy) * HOOKED_pt).rgb

// What the two bands weigh for the least expected error under this noise and a Gaussian
// blur of sigma pixels: a.x c.x + a.y c.y = r.x, a.y c.x + a.z c.y = r.y. Taken over all
// frequencies, a and r are sums of Gaussians in sigma.
vec2 rtd_coefficients(float sigma_px, float noise_here) {
    float blur = clamp(sigma_px, 0.3, 2.0);
    float power = noise_here * noise_here + 0.0000009536743;  // and rounding
    vec3 a = power * vec3(0.625, 0.125, 0.0625);
    vec2 r = power * vec2(-0.75, -0.1875);
    float g = exp(-0.5 * blur * blur);
    a += g * vec3(0.001, 0.0005, 0.002);
    r += g * vec2(0.004, 0.001);
    g = exp(-8.0 * blur * blur);
    a += g * vec3(0.002, 0.0, -0.0005);
    r += g * vec2(-0.001, 0.0005);
    vec2 c = vec2(a.z * r.x - a.y * r.y, a.x * r.y - a.y * r.x) / (a.x * a.z - a.y * a.y);
    return c * smoothstep(0.05, 0.3, sigma_px);  // sharp already: none
}

vec4 hook() {
    vec4 original = HOOKED_tex(HOOKED_pos);
    if (strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    vec3 centre = rtd_encode(original.rgb);
    vec2 c = rtd_coefficients(sigma, noise);
    vec3 band1 = centre - rtd_at1(0, 0);
    vec3 band2 = 0.75 * rtd_at1(0, 0)
        - 0.125 * (rtd_at1(0, -2) + rtd_at1(-2, 0) + rtd_at1(2, 0) + rtd_at1(0, 2))
        - 0.0625 * (rtd_at1(-2, -2) + rtd_at1(2, -2) + rtd_at1(-2, 2) + rtd_at1(2, 2));
    vec3 filtered = centre + c.x * band1 + c.y * band2;
    return vec4(rtd_decode(mix(centre, filtered, strength)), original.a);
}
