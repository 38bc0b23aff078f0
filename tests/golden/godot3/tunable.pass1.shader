shader_type canvas_item;
render_mode unshaded, blend_disabled;
// rtdeconv: golden plan
//
// install  add the nodes below, each ColorRect with a new ShaderMaterial;
//          connect them by the script below;
//          sliders: Shader Param of the last; set_shader_param("rtd_strength", 0.5)
// design   made by hand
//          for the tests
// input    rtd_source: the texture of the viewport Game;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    on a CanvasLayer above the blurred picture and below the HUD;
//          a 3D scene arrives after tone mapping
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
//
// nodes in this order; viewports as large as the window, Update Mode Always:
//   1. Game      Viewport, Usage 3D, V Flip on, HDR off: what is to be restored
//   2. Pass1     Viewport, Usage 3D, V Flip on, HDR on (half floats, GLES3 only)
//        Rect    ColorRect, Full Rect, tunable.pass1.shader
//   3. Screen    CanvasLayer
//        Rect    ColorRect, Full Rect, tunable.pass2.shader
//
// func _ready():
//     $Pass1/Rect.material.set_shader_param("rtd_source", $Game.get_texture())
//     $Screen/Rect.material.set_shader_param("rtd_source", $Game.get_texture())
//     $Screen/Rect.material.set_shader_param("rtd_image1", $Pass1.get_texture())
//     $Game.get_texture().flags = Texture.FLAG_FILTER

uniform sampler2D rtd_source;  // the picture to restore
const bool RTD_VALUES_LINEAR = false;  // true: values are linear; alike in every pass

vec2 rtd_size() {
    return vec2(textureSize(rtd_source, 0));
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
vec3 rtd_between(vec2 here, float dx, float dy) {
    vec2 at = here + vec2(dx, dy);
    vec2 place = rtd_inside(at, rtd_size());
    return rtd_encode(textureLod(rtd_source, place / rtd_size(), 0.0).rgb);
}

vec3 rtd_half(vec3 c) {  // rounded to half floats: drivers may truncate
    vec3 high = 8193.0 * c;
    return high - (high - c);
}

vec4 rtd_pass1(vec2 here) {
    vec3 filtered = 0.25 * (rtd_between(here, -0.5, -0.5) + rtd_between(here, 0.5, -0.5)
                            + rtd_between(here, -0.5, 0.5) + rtd_between(here, 0.5, 0.5));
    return vec4(rtd_half(filtered), 1.0);
}

void fragment() {
    COLOR = rtd_pass1(UV / SCREEN_PIXEL_SIZE);
}
