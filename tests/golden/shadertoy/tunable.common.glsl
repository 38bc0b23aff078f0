// Common of tunable.image.glsl

#define rtd_strength 1.0     // strength of the restoration, 0.0 (off) to 1.5
#define rtd_sigma 0.75       // blur, sigma in px, 0.0 to 2.0
#define rtd_noise 0.0078125  // noise, sigma on the 0..1 scale, 0.0 to 0.1
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
#define rtd_moved(dx, dy) (rtd_here + vec2(dx, dy))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), rtd_size)
#define rtd_at1(dx, dy) rtd_texel(iChannel1, rtd_place(dx, dy)).rgb
#define rtd_between(dx, dy) rtd_encode(rtd_mixed(iChannel0, rtd_place(dx, dy)).rgb)

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
