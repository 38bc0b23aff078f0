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
//          image 1: structure from -1000.0 to 41000.0, three channels: RGBA16F, filtered LINEAR
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    on a CanvasLayer above the blurred picture and below the HUD;
//          a 3D scene arrives after tone mapping
// light    display-encoded values are added up as they are
//          values are taken as sRGB-encoded; RTD_VALUES_LINEAR says otherwise
// adapts   taps follow the activity around a pixel, its energy over that of the noise alone:
//          class 0 is at 0.25 and below, class 4 at 256.0 and above, others at equal ratios between
//          (noise alone: class 0.8); from class to class weights are interpolated linearly
//          beside clipped highlights nothing leaves the range of the 3x3 pixels
// limit    results leave the 3x3 pixels' range by at most 25 % of it and
//          3.0 times what a peak or line stands out by; by luma, all channels alike
// border   clamp: positions outside read the nearest edge pixel
// cost     39 fetches in 2 passes; 4 of them bilinear
// remake   rtdeconv export
//
// pass 2, class 0, the calmest, taps on the source in thousandths:
//      8  -4 -16  -4   8
//     -4  31  47  31  -4
//    -16  47 750  47 -16
//     -4  31  47  31  -4
//      8  -4 -16  -4   8
//
// pass 2, class 4, the most active, taps on the source in thousandths:
//     -31   16   62   16  -31
//      16 -125 -188 -125   16
//      62 -188 2000 -188   62
//      16 -125 -188 -125   16
//     -31   16   62   16  -31
//
// nodes in this order; viewports as large as the window, Update Mode Always:
//   1. Game      Viewport, Usage 3D, V Flip on, HDR off: what is to be restored
//   2. Pass1     Viewport, Usage 3D, V Flip on, HDR on (half floats, GLES3 only)
//        Rect    ColorRect, Full Rect, activity5-limited.pass1.shader
//   3. Screen    CanvasLayer
//        Rect    ColorRect, Full Rect, activity5-limited.pass2.shader
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
    float energy = xx + yy + 4.0 * dot(lost * lost, luma);
    // energy of the noise alone becomes 1, and none more than half floats hold
    float most = 1000.0 / max(energy, 0.000000000001);
    float scale = min(most, 5577.5317);
    // at white, yet above what lies around by more than noise: a corner that clipping cut
    vec3 white = clamp((0.02 - abs(centre - 1.0)) / 0.016, vec3(0.0), vec3(1.0));
    float grain = 1.8679833 / sqrt(5577.5317);
    vec3 kink = lost - max(grain, 0.04);
    vec3 cut = white * clamp(kink / 0.04, vec3(0.0), vec3(1.0));
    float mark = 40000.0 * max(cut.x, max(cut.y, cut.z));
    return vec3(scale * (xx - yy), scale * 2.0 * xy, scale * energy + mark);
}

vec4 rtd_pass1(vec2 here) {
    vec3 nw = rtd_at(here, -1.0, -1.0);
    vec3 n = rtd_at(here, 0.0, -1.0);
    vec3 ne = rtd_at(here, 1.0, -1.0);
    vec3 w = rtd_at(here, -1.0, 0.0);
    vec3 centre = rtd_at(here, 0.0, 0.0);
    vec3 e = rtd_at(here, 1.0, 0.0);
    vec3 sw = rtd_at(here, -1.0, 1.0);
    vec3 s = rtd_at(here, 0.0, 1.0);
    vec3 se = rtd_at(here, 1.0, 1.0);
    return vec4(rtd_half(rtd_structure(nw, n, ne, w, centre, e, sw, s, se)), 1.0);
}

void fragment() {
    COLOR = rtd_pass1(UV / SCREEN_PIXEL_SIZE);
}
