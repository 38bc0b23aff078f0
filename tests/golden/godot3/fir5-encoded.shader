shader_type canvas_item;
render_mode unshaded, blend_disabled;
// rtdeconv: golden plan
//
// install  add a CanvasLayer and in it a ColorRect, Full Rect, Mouse Filter Ignore;
//          give it a new ShaderMaterial and this file as its Shader;
//          sliders: Shader Param, or material.set_shader_param("rtd_strength", 0.5)
// design   made by hand
//          for the tests
// input    the screen, as drawn before the ColorRect;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    on a CanvasLayer above the blurred picture and below the HUD;
//          a 3D scene arrives after tone mapping
// light    display-encoded values are added up as they are
//          values are taken as sRGB-encoded; RTD_VALUES_LINEAR says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     16 fetches in 1 pass
// remake   rtdeconv export
//
// pass 1, taps on the source in thousandths:
//     -94    .   62    .   31
//       . -250 -125   62    .
//      62 -125 1656 -125   62
//       .   62 -125 -250    .
//      31    .   62    .    .

// strength of the restoration, 0.0 (off) to 1.5
uniform float rtd_strength : hint_range(0.0, 1.5) = 1.0;
const bool RTD_VALUES_LINEAR = false;  // true: values are linear

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
vec3 rtd_at(sampler2D screen, vec2 here, vec2 size, float dx, float dy) {
    vec2 at = here + vec2(dx, -dy);
    vec2 place = rtd_inside(at, size);
    return rtd_encode(textureLod(screen, place / size, 0.0).rgb);
}

vec4 rtd_restored(sampler2D screen, vec2 here, vec2 size) {
    vec4 original = textureLod(screen, here / size, 0.0);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    vec3 centre = rtd_encode(original.rgb);
    vec3 filtered = 1.65625 * centre
        - 0.125 * (rtd_at(screen, here, size, 0.0, -1.0) + rtd_at(screen, here, size, -1.0, 0.0)
                   + rtd_at(screen, here, size, 1.0, 0.0) + rtd_at(screen, here, size, 0.0, 1.0))
        - 0.25 * (rtd_at(screen, here, size, -1.0, -1.0) + rtd_at(screen, here, size, 1.0, 1.0))
        + 0.0625 * (rtd_at(screen, here, size, 1.0, -1.0) + rtd_at(screen, here, size, -1.0, 1.0)
                    + rtd_at(screen, here, size, 0.0, -2.0)
                    + rtd_at(screen, here, size, -2.0, 0.0) + rtd_at(screen, here, size, 2.0, 0.0)
                    + rtd_at(screen, here, size, 0.0, 2.0))
        - 0.09375 * rtd_at(screen, here, size, -2.0, -2.0)
        + 0.03125 * (rtd_at(screen, here, size, 2.0, -2.0) + rtd_at(screen, here, size, -2.0, 2.0));
    return vec4(rtd_decode(mix(centre, filtered, rtd_strength)), original.a);
}

void fragment() {
    COLOR = rtd_restored(SCREEN_TEXTURE, FRAGCOORD.xy, 1.0 / SCREEN_PIXEL_SIZE);
}
