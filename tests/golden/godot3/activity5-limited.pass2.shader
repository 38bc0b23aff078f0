shader_type canvas_item;
render_mode unshaded, blend_disabled;
// rtdeconv: golden plan
// pass 2 of 2; activity5-limited.pass1.shader says how to use it

uniform sampler2D rtd_source;  // the picture to restore
uniform sampler2D rtd_image1;  // structure from pass 1, RGBA16F
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

// value as it is within low..high; a soft knee beyond, which stops short of up and down
float rtd_limited(float value, float low, float high, float up, float down) {
    float over = max(value - high, 0.0);
    float under = max(low - value, 0.0);
    float risen = over * up / sqrt(up * up + over * over + 0.000000000001);
    float fallen = under * down / sqrt(down * down + under * under + 0.000000000001);
    return clamp(value, low, high) + risen - fallen;
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
    vec3 nw2 = rtd_at(here, -2.0, -2.0);
    vec3 n2 = rtd_at(here, 0.0, -2.0);
    vec3 ne2 = rtd_at(here, 2.0, -2.0);
    vec3 w2 = rtd_at(here, -2.0, 0.0);
    vec3 e2 = rtd_at(here, 2.0, 0.0);
    vec3 sw2 = rtd_at(here, -2.0, 2.0);
    vec3 s2 = rtd_at(here, 0.0, 2.0);
    vec3 se2 = rtd_at(here, 2.0, 2.0);
    vec3 lowest = min(min(nw, n), min(ne, w));
    lowest = min(lowest, min(min(centre, e), min(sw, min(s, se))));
    vec3 highest = max(max(nw, n), max(ne, w));
    highest = max(highest, max(max(centre, e), max(sw, max(s, se))));
    vec3 mean = 0.2 * (rtd_at1(here, 0.0, 0.0) + rtd_between1(here, -1.203125, -1.203125)
                       + rtd_between1(here, 1.203125, -1.203125)
                       + rtd_between1(here, -1.203125, 1.203125)
                       + rtd_between1(here, 1.203125, 1.203125));
    // class of activity, 0.0 to 4.0; rise: how far the steps between are climbed
    float level = log2(clamp(mean.z, 0.25, 256.0)) * 0.4 + 0.8;
    vec4 rise = clamp(level - vec4(0.0, 1.0, 2.0, 3.0), vec4(0.0), vec4(1.0));
    // bands, each 0 on flat ground, under weights that follow the class
    vec3 adapted = centre;
    float weight1 = -0.1875 + dot(rise, vec4(0.1875, 0.375, 0.28125, 0.09375));
    vec3 band1 = centre - 0.25 * (n + w + e + s);
    adapted += weight1 * band1;
    float weight2 = -0.125 + dot(rise, vec4(0.125, 0.25, 0.1875, 0.0625));
    vec3 band2 = centre - 0.25 * (nw + ne + sw + se);
    adapted += weight2 * band2;
    float weight3 = 0.0625 + dot(rise, vec4(-0.0625, -0.125, -0.09375, -0.03125));
    vec3 band3 = centre - 0.25 * (n2 + w2 + e2 + s2);
    adapted += weight3 * band3;
    float weight4 = 0.03125 + dot(rise, vec4(-0.03125, -0.0625, -0.046875, -0.015625));
    vec3 band4 = centre
        - 0.125 * (rtd_at(here, -1.0, -2.0) + rtd_at(here, 1.0, -2.0) + rtd_at(here, -2.0, -1.0)
                   + rtd_at(here, 2.0, -1.0) + rtd_at(here, -2.0, 1.0) + rtd_at(here, 2.0, 1.0)
                   + rtd_at(here, -1.0, 2.0) + rtd_at(here, 1.0, 2.0));
    adapted += weight4 * band4;
    float weight5 = -0.03125 + dot(rise, vec4(0.03125, 0.0625, 0.046875, 0.015625));
    vec3 band5 = centre - 0.25 * (nw2 + ne2 + sw2 + se2);
    adapted += weight5 * band5;
    // beside clipped highlights held within the range of the 3x3 pixels
    float held = clamp(mean.z / 1000.0 - 1.0, 0.0, 1.0);
    vec3 filtered = mix(adapted, clamp(adapted, lowest, highest), held);
    vec3 luma = vec3(0.299, 0.587, 0.114);
    float y_nw = dot(nw, luma);
    float y_n = dot(n, luma);
    float y_ne = dot(ne, luma);
    float y_w = dot(w, luma);
    float y_centre = dot(centre, luma);
    float y_e = dot(e, luma);
    float y_sw = dot(sw, luma);
    float y_s = dot(s, luma);
    float y_se = dot(se, luma);
    float y_nw2 = dot(nw2, luma);
    float y_n2 = dot(n2, luma);
    float y_ne2 = dot(ne2, luma);
    float y_w2 = dot(w2, luma);
    float y_e2 = dot(e2, luma);
    float y_sw2 = dot(sw2, luma);
    float y_s2 = dot(s2, luma);
    float y_se2 = dot(se2, luma);
    float darkest = min(min(y_nw, y_n), min(y_ne, y_w));
    darkest = min(darkest, min(min(y_centre, y_e), min(y_sw, min(y_s, y_se))));
    float brightest = max(max(y_nw, y_n), max(y_ne, y_w));
    brightest = max(brightest, max(max(y_centre, y_e), max(y_sw, max(y_s, y_se))));
    // room beyond the range: a share of it, and more where the pixel stands out from both
    // sides, each of two pixels: a peak or a line, but no step's shoulder
    float saddle = max(min(y_nw, y_nw2), min(y_se, y_se2));
    saddle = min(saddle, max(min(y_n, y_n2), min(y_s, y_s2)));
    saddle = min(saddle, max(min(y_ne, y_ne2), min(y_sw, y_sw2)));
    saddle = min(saddle, max(min(y_w, y_w2), min(y_e, y_e2)));
    float valley = min(max(y_nw, y_nw2), max(y_se, y_se2));
    valley = max(valley, min(max(y_n, y_n2), max(y_s, y_s2)));
    valley = max(valley, min(max(y_ne, y_ne2), max(y_sw, y_sw2)));
    valley = max(valley, min(max(y_w, y_w2), max(y_e, y_e2)));
    float room = 0.25 * (brightest - darkest);
    float up = room + 3.0 * max(y_centre - saddle, 0.0);
    float down = room + 3.0 * max(valley - y_centre, 0.0);
    float was = dot(filtered, luma);
    float kept = rtd_limited(was, darkest, brightest, up, down);
    vec3 limited = filtered + (kept - was);
    return vec4(rtd_decode(mix(centre, limited, rtd_strength)), original.a);
}

void fragment() {
    COLOR = rtd_restored(UV / SCREEN_PIXEL_SIZE);
}
