shader_type canvas_item;
render_mode unshaded, blend_disabled;
// rtdeconv: golden plan
// pass 2 of 2; comb2.pass1.shader says how to use it

uniform sampler2D rtd_source;  // the picture to restore
uniform sampler2D rtd_image1;  // what pass 1 wrote, RGBA16F
// strength of the restoration, 0.0 (off) to 1.5
uniform float rtd_strength : hint_range(0.0, 1.5) = 1.0;
const bool RTD_VALUES_LINEAR = false;  // true: values are linear; alike in every pass

vec2 rtd_size() {
    return vec2(textureSize(rtd_source, 0));
}

vec3 rtd_decode(vec3 c) {  // sRGB to linear
    if (RTD_VALUES_LINEAR) { return c; }
    vec3 curved = pow((max(c, vec3(0.04045)) + 0.055) / 1.055, vec3(2.4));
    return mix(c / 12.92, curved, greaterThan(c, vec3(0.04045)));
}

vec3 rtd_encode(vec3 c) {  // linear to sRGB
    if (RTD_VALUES_LINEAR) { return c; }
    vec3 curved = 1.055 * pow(max(c, vec3(0.0031308)), vec3(1.0 / 2.4)) - 0.055;
    return mix(c * 12.92, curved, greaterThan(c, vec3(0.0031308)));
}

vec2 rtd_inside(vec2 at, vec2 size) {
    return clamp(at, vec2(0.5, 0.5), size - vec2(0.5, 0.5));
}

// the pixel dx to the right and dy down from the one being written
vec3 rtd_at1(vec2 here, float dx, float dy) {
    vec2 at = here + vec2(dx, dy);
    vec2 place = rtd_inside(at, rtd_size());
    return texelFetch(rtd_image1, ivec2(place), 0).rgb;
}

vec4 rtd_restored(vec2 here) {
    vec4 original = texelFetch(rtd_source, ivec2(here), 0);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    vec3 centre = rtd_decode(original.rgb);
    vec3 filtered = 1.75 * centre
        - 0.375 * rtd_at1(here, 0.0, 0.0)
        - 0.0625 * (rtd_at1(here, 0.0, -2.0) + rtd_at1(here, -2.0, 0.0) + rtd_at1(here, 2.0, 0.0)
                    + rtd_at1(here, 0.0, 2.0))
        - 0.03125 * (rtd_at1(here, -2.0, -2.0) + rtd_at1(here, 2.0, -2.0)
                     + rtd_at1(here, -2.0, 2.0) + rtd_at1(here, 2.0, 2.0));
    return vec4(rtd_encode(mix(centre, filtered, rtd_strength)), original.a);
}

void fragment() {
    COLOR = rtd_restored(UV / SCREEN_PIXEL_SIZE);
}
