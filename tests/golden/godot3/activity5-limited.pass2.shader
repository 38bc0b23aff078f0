shader_type canvas_item;
render_mode unshaded, blend_disabled;
// rtdeconv: golden plan
// pass 2 of 2; activity5-limited.pass1.shader says how to use it

uniform sampler2D rtd_source;  // the picture to restore
uniform sampler2D rtd_image1;  // structure, as pass 1 wrote it, RGBA16F
// strength of the restoration, 0.0 (off) to 1.5
uniform float rtd_strength : hint_range(0.0, 1.5) = 1.0;
const bool RTD_VALUES_LINEAR = false;  // true: values are linear; alike in every pass

vec2 rtd_size() {
    return vec2(textureSize(rtd_source, 0));
}

vec3 rtd_decode(vec3 c) {  // sRGB to linear
    if (!RTD_VALUES_LINEAR) { return c; }
    vec3 curved = pow((max(c, vec3(0.04045)) + 0.055) / 1.055, vec3(2.4));
    return mix(c / 12.92, curved, greaterThan(c, vec3(0.04045)));
}

vec3 rtd_encode(vec3 c) {  // linear to sRGB
    if (!RTD_VALUES_LINEAR) { return c; }
    vec3 curved = 1.055 * pow(max(c, vec3(0.0031308)), vec3(1.0 / 2.4)) - 0.055;
    return mix(c * 12.92, curved, greaterThan(c, vec3(0.0031308)));
}

vec2 rtd_inside(vec2 at, vec2 size) {
    return clamp(at, vec2(0.5, 0.5), size - vec2(0.5, 0.5));
}

// the pixel dx to the right and dy down from the one being written
vec3 rtd_at(vec2 here, float dx, float dy) {
    vec2 at = here + vec2(dx, dy);
    vec2 place = rtd_inside(at, rtd_size());
    return rtd_encode(texelFetch(rtd_source, ivec2(place), 0).rgb);
}
vec3 rtd_at1(vec2 here, float dx, float dy) {
    vec2 at = here + vec2(dx, dy);
    vec2 place = rtd_inside(at, rtd_size());
    return texelFetch(rtd_image1, ivec2(place), 0).rgb;
}
vec3 rtd_between1(vec2 here, float dx, float dy) {
    vec2 at = here + vec2(dx, dy);
    vec2 place = rtd_inside(at, rtd_size());
    return textureLod(rtd_image1, place / rtd_size(), 0.0).rgb;
}

// value itself within low..high, beyond it bent: never further than share of the range
float rtd_limited(float value, float low, float high, float share) {
    float inside = clamp(value, low, high);
    float room = share * (high - low);
    float beyond = value - inside;
    return inside + beyond * room / sqrt(room * room + beyond * beyond + 0.000000000001);
}

vec4 rtd_restored(vec2 here) {
    vec4 original = texelFetch(rtd_source, ivec2(here), 0);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    vec3 centre = rtd_encode(original.rgb);
    vec3 nw = rtd_at(here, -1.0, -1.0);
    vec3 n = rtd_at(here, 0.0, -1.0);
    vec3 ne = rtd_at(here, 1.0, -1.0);
    vec3 w = rtd_at(here, -1.0, 0.0);
    vec3 e = rtd_at(here, 1.0, 0.0);
    vec3 sw = rtd_at(here, -1.0, 1.0);
    vec3 s = rtd_at(here, 0.0, 1.0);
    vec3 se = rtd_at(here, 1.0, 1.0);
    vec3 lowest = min(min(min(nw, n), min(ne, w)), min(min(centre, e), min(sw, min(s, se))));
    vec3 highest = max(max(max(nw, n), max(ne, w)), max(max(centre, e), max(sw, max(s, se))));
    vec3 mean = 0.2 * (rtd_at1(here, 0.0, 0.0) + rtd_between1(here, -1.203125, -1.203125)
                       + rtd_between1(here, 1.203125, -1.203125)
                       + rtd_between1(here, -1.203125, 1.203125)
                       + rtd_between1(here, 1.203125, 1.203125));
    // the class, from 0.0, calmer than noise, to 4.0; rise: the steps climbed
    float level = log2(clamp(mean.z, 0.25, 256.0)) * 0.4 + 0.8;
    vec4 rise = clamp(level - vec4(0.0, 1.0, 2.0, 3.0), vec4(0.0), vec4(1.0));
    vec2 seen = mean.xy / (mean.z + 0.5);
    // bands are 0 where all is flat; how much of each is added follows the class
    vec3 adapted = centre;
    float weight1 = -0.1875 + dot(rise, vec4(0.1875, 0.375, 0.28125, 0.09375));
    vec3 band1 = centre - 0.25 * (n + w + e + s);
    adapted += weight1 * band1;
    float weight2 = -0.125 + dot(rise, vec4(0.125, 0.25, 0.1875, 0.0625));
    vec3 band2 = centre - 0.25 * (nw + ne + sw + se);
    adapted += weight2 * band2;
    float weight3 = 0.0625 + dot(rise, vec4(-0.0625, -0.125, -0.09375, -0.03125));
    vec3 band3 = centre
        - 0.25 * (rtd_at(here, 0.0, -2.0) + rtd_at(here, -2.0, 0.0) + rtd_at(here, 2.0, 0.0)
                  + rtd_at(here, 0.0, 2.0));
    adapted += weight3 * band3;
    float weight4 = 0.03125 + dot(rise, vec4(-0.03125, -0.0625, -0.046875, -0.015625));
    vec3 band4 = centre
        - 0.125 * (rtd_at(here, -1.0, -2.0) + rtd_at(here, 1.0, -2.0) + rtd_at(here, -2.0, -1.0)
                   + rtd_at(here, 2.0, -1.0) + rtd_at(here, -2.0, 1.0) + rtd_at(here, 2.0, 1.0)
                   + rtd_at(here, -1.0, 2.0) + rtd_at(here, 1.0, 2.0));
    adapted += weight4 * band4;
    float weight5 = -0.03125 + dot(rise, vec4(0.03125, 0.0625, 0.046875, 0.015625));
    vec3 band5 = centre
        - 0.25 * (rtd_at(here, -2.0, -2.0) + rtd_at(here, 2.0, -2.0) + rtd_at(here, -2.0, 2.0)
                  + rtd_at(here, 2.0, 2.0));
    adapted += weight5 * band5;
    // beside clipped highlights within the range of the pixels around
    float held = clamp(seen.x - 1.0, 0.0, 1.0);
    vec3 filtered = mix(adapted, clamp(adapted, lowest, highest), held);
    vec3 luma = vec3(0.299, 0.587, 0.114);
    vec3 above = vec3(dot(nw, luma), dot(n, luma), dot(ne, luma));
    vec3 beside = vec3(dot(w, luma), dot(centre, luma), dot(e, luma));
    vec3 below = vec3(dot(sw, luma), dot(s, luma), dot(se, luma));
    vec3 least = min(above, min(beside, below));
    float darkest = min(least.x, min(least.y, least.z));
    vec3 most = max(above, max(beside, below));
    float brightest = max(most.x, max(most.y, most.z));
    float was = dot(filtered, luma);
    float kept = rtd_limited(was, darkest, brightest, 0.25);
    vec3 limited = filtered + (kept - was);
    return vec4(rtd_decode(mix(centre, limited, rtd_strength)), original.a);
}

void fragment() {
    COLOR = rtd_restored(UV / SCREEN_PIXEL_SIZE);
}
