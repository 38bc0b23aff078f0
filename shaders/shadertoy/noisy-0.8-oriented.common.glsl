// Common of noisy-0.8-oriented.image.glsl

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
#define rtd_at(dx, dy) rtd_encode(rtd_texel(iChannel0, rtd_place(dx, dy)).rgb)
#define rtd_at1(dx, dy) rtd_texel(iChannel1, rtd_place(dx, dy)).rgb
#define rtd_between1(dx, dy) rtd_mixed(iChannel1, rtd_place(dx, dy)).rgb

vec3 rtd_half(vec3 c) {  // rounded to half floats: drivers may truncate
    vec3 high = 8193.0 * c;
    return high - (high - c);
}

// Structure of 3x3 pixels: the gradient, angle doubled, (gx^2 - gy^2, 2 gx gy), and the
// energy of gradient and detail: above 1000.0 only at clipped corners.
vec3 rtd_structure(
    vec3 nw, vec3 n, vec3 ne,
    vec3 w, vec3 centre, vec3 e,
    vec3 sw, vec3 s, vec3 se
) {
    vec3 gx = ((ne - nw) + 2.0 * (e - w) + (se - sw)) / 8.0;
    vec3 gy = ((sw - nw) + 2.0 * (s - n) + (se - ne)) / 8.0;
    vec3 low = (4.0 * centre + 2.0 * (n + s + e + w) + (nw + ne + sw + se)) / 16.0;
    vec3 lost = centre - low;
    vec3 luma = vec3(0.299, 0.587, 0.114);
    float xx = dot(gx * gx, luma);
    float yy = dot(gy * gy, luma);
    float xy = dot(gx * gy, luma);
    float energy = xx + yy + dot(lost * lost, luma);
    // energy of the noise alone becomes 1, and none more than half floats hold
    float most = 1000.0 / max(energy, 0.000000000001);
    float scale = min(most, 7048.5815);
    // at white, yet above what lies around by more than noise: a corner that clipping cut
    vec3 white = clamp((0.02 - abs(centre - 1.0)) / 0.016, vec3(0.0), vec3(1.0));
    float grain = 3.1768394 / sqrt(7048.5815);
    vec3 kink = lost - max(grain, 0.04);
    vec3 cut = white * clamp(kink / 0.04, vec3(0.0), vec3(1.0));
    float mark = 40000.0 * max(cut.x, max(cut.y, cut.z));
    return vec3(scale * (xx - yy), scale * 2.0 * xy, scale * energy + mark);
}

// value as it is within low..high; a soft knee beyond, which stops short of up and down
vec3 rtd_limited(vec3 value, vec3 low, vec3 high, vec3 up, vec3 down) {
    vec3 over = max(value - high, vec3(0.0));
    vec3 under = max(low - value, vec3(0.0));
    vec3 risen = over * up / sqrt(up * up + over * over + 0.000000000001);
    vec3 fallen = under * down / sqrt(down * down + under * under + 0.000000000001);
    return clamp(value, low, high) + risen - fallen;
}
