// Common of defocus-1.5.image.glsl

#define rtd_strength 1.0     // strength of the restoration, 0.0 (off) to 1.5
#define RTD_VALUES_LINEAR 0  // 1: values arrive linear and leave linear

#define rtd_size min(vec2(textureSize(iChannel0, 0)), iResolution.xy)
#define rtd_here fragCoord
#define rtd_texel(image, at) texelFetch(image, ivec2(at), 0)
#define rtd_mixed(image, at) textureLod(image, (at) / vec2(textureSize(image, 0)), 0.0)

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
#define rtd_moved(dx, dy) (rtd_here + vec2(dx, -(dy)))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), rtd_size)
#define rtd_at(dx, dy) rtd_decode(rtd_texel(iChannel0, rtd_place(dx, dy)).rgb)
#define rtd_between1(dx, dy) rtd_mixed(iChannel1, rtd_place(dx, dy)).rgb
