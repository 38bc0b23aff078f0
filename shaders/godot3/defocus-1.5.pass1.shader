shader_type canvas_item;
render_mode unshaded, blend_disabled;
// rtdeconv: 17 bilinear fetches undoing disk:1.5
//
// install  add the nodes below, each ColorRect with a new ShaderMaterial;
//          connect them by the script below;
//          sliders: Shader Param of the last; set_shader_param("rtd_strength", 0.5)
// design   noise 2/255 and 8-bit rounding, prior ar1 of variance 0.05
//          fitted for the least expected squared error
//          expected under that prior: +2.1 dB, 0.3 dB below the full Wiener filter
// input    rtd_source: the texture of the viewport Game;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    on a CanvasLayer above the blurred picture and below the HUD;
//          a 3D scene arrives after tone mapping
// light    linear light is added up, by the exact sRGB curve
//          values are taken as sRGB-encoded; RTD_VALUES_LINEAR says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     18 fetches in 2 passes; 16 of them bilinear
//          pass 1 only decodes, so that bilinear fetches mix linear light
// remake   rtdeconv export disk:1.5 --noise 2/255 --method fetch --taps 17 --to godot3
//
// pass 2, taps on the image of pass 1 in thousandths, its bilinear fetches taken together:
//       .    .    .    .    .  -18  -33    .    .    .    .
//       .    .    .    .    .   36    5    .    .    .    .
//       .    .    .    .    .  139  168    .    .    .    .
//       .    .    .    .    . -531 -283    .    .    .    .
//     -33    5  168 -283  107  612  107    .    .    .    .
//     -18   36  139 -531  612  196  612 -531  139   36  -18
//       .    .    .    .  107  612  107 -283  168    5  -33
//       .    .    .    . -283 -531    .    .    .    .    .
//       .    .    .    .  168  139    .    .    .    .    .
//       .    .    .    .    5   36    .    .    .    .    .
//       .    .    .    .  -33  -18    .    .    .    .    .
//
// nodes in this order; viewports as large as the window, Update Mode Always:
//   1. Game      Viewport, Usage 3D, V Flip on, HDR off: what is to be restored
//   2. Pass1     Viewport, Usage 3D, V Flip on, HDR on (half floats, GLES3 only)
//        Rect    ColorRect, Full Rect, defocus-1.5.pass1.shader
//   3. Screen    CanvasLayer
//        Rect    ColorRect, Full Rect, defocus-1.5.pass2.shader
//
// func _ready():
//     $Pass1/Rect.material.set_shader_param("rtd_source", $Game.get_texture())
//     $Screen/Rect.material.set_shader_param("rtd_source", $Game.get_texture())
//     $Screen/Rect.material.set_shader_param("rtd_image1", $Pass1.get_texture())
//     $Pass1.get_texture().flags = Texture.FLAG_FILTER

uniform sampler2D rtd_source;  // the picture to restore
const bool RTD_VALUES_LINEAR = false;  // true: values are linear; alike in every pass

vec2 rtd_size() {
    return vec2(textureSize(rtd_source, 0));
}

vec3 rtd_decode(vec3 c) {  // sRGB to linear
    if (RTD_VALUES_LINEAR) { return c; }
    vec3 curved = pow((max(c, vec3(0.04045)) + 0.055) / 1.055, vec3(2.4));
    return mix(c / 12.92, curved, greaterThan(c, vec3(0.04045)));
}

vec2 rtd_inside(vec2 at, vec2 size) {
    return clamp(at, vec2(0.5, 0.5), size - vec2(0.5, 0.5));
}

// the pixel dx to the right and dy down from the one being written
vec3 rtd_at(vec2 here, float dx, float dy) {
    vec2 at = here + vec2(dx, dy);
    vec2 place = rtd_inside(at, rtd_size());
    return rtd_decode(texelFetch(rtd_source, ivec2(place), 0).rgb);
}

vec3 rtd_half(vec3 c) {  // rounded to half floats: drivers may truncate
    vec3 high = 8193.0 * c;
    return high - (high - c);
}

vec4 rtd_pass1(vec2 here) {
    return vec4(rtd_half(rtd_at(here, 0.0, 0.0)), 1.0);
}

void fragment() {
    COLOR = rtd_pass1(UV / SCREEN_PIXEL_SIZE);
}
