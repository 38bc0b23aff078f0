// rtdeconv: 17 bilinear fetches undoing disk:1.5
//
// install  a pipeline for each pass, of vertex and pass1 to pass2; draw three vertices
//          into targets of the picture's size; pass k writes the image<k> of those after it;
//          views in an -srgb format need rtd_values_linear, a constant of the pipeline
// design   noise 2/255 and 8-bit rounding, prior ar1 of variance 0.05
//          fitted for the least expected squared error
//          expected under that prior: +2.1 dB, 0.3 dB below the full Wiener filter
// input    source: RGB and straight alpha, as large as the target, row 0 on top;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    linear light is added up, by the exact sRGB curve
//          values are taken as sRGB-encoded; rtd_values_linear says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     18 fetches in 2 passes; 16 of them bilinear
//          pass 1 only decodes, so that bilinear fetches mix linear light
// remake   rtdeconv export disk:1.5 --noise 2/255 --method fetch --taps 17 --to wgsl
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

override rtd_values_linear: bool = false;  // true: values arrive linear and leave linear

struct Settings {
    strength: f32,  // strength of the restoration, 0.0 (off) to 1.5; 1.0 as designed
}
@group(0) @binding(0) var<uniform> settings: Settings;
@group(0) @binding(1) var between: sampler;         // linear; RGBA16F without float32-filterable
@group(0) @binding(2) var source: texture_2d<f32>;  // the picture to restore
@group(0) @binding(3) var image1: texture_2d<f32>;  // what pass 1 wrote, RGBA32F

var<private> here: vec2f;  // centre of the pixel that is written

fn picture_size() -> vec2f {
    return vec2f(textureDimensions(source));
}

fn rtd_decode(c: vec3f) -> vec3f {  // sRGB to linear
    if (rtd_values_linear) { return c; }
    let curved = pow((max(c, vec3f(0.04045)) + 0.055) / 1.055, vec3f(2.4));
    return select(c / 12.92, curved, c > vec3f(0.04045));
}

fn rtd_encode(c: vec3f) -> vec3f {  // linear to sRGB
    if (rtd_values_linear) { return c; }
    let curved = 1.055 * pow(max(c, vec3f(0.0031308)), vec3f(1.0 / 2.4)) - 0.055;
    return select(c * 12.92, curved, c > vec3f(0.0031308));
}

fn rtd_inside(at: vec2f, size: vec2f) -> vec2f {
    return clamp(at, vec2f(0.5, 0.5), size - vec2f(0.5, 0.5));
}

// the pixel dx to the right and dy down from the one being written
fn rtd_at(dx: f32, dy: f32) -> vec3f {
    let at = here + vec2f(dx, dy);
    let place = rtd_inside(at, picture_size());
    return rtd_decode(textureLoad(source, vec2i(place), 0).rgb);
}
fn rtd_between1(dx: f32, dy: f32) -> vec3f {
    let at = here + vec2f(dx, dy);
    let place = rtd_inside(at, picture_size());
    return textureSampleLevel(image1, between, place / picture_size(), 0.0).rgb;
}

// one triangle over the whole target: draw(3)
@vertex
fn vertex(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
    return vec4f(f32(index & 1u) * 4.0 - 1.0, f32(index & 2u) * 2.0 - 1.0, 0.0, 1.0);
}

@fragment
fn pass1(@builtin(position) position: vec4f) -> @location(0) vec4f {
    here = position.xy;
    return vec4f(rtd_at(0, 0), 1.0);
}

@fragment
fn pass2(@builtin(position) position: vec4f) -> @location(0) vec4f {
    here = position.xy;
    let original = textureLoad(source, vec2i(here), 0);
    if (settings.strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    let centre = rtd_decode(original.rgb);
    let filtered = 0.1964159 * centre
        + 0.7184036 * (rtd_between1(0.1484375, -1.0) + rtd_between1(-1.0, -0.1484375)
                       + rtd_between1(1.0, 0.1484375) + rtd_between1(-0.1484375, 1.0))
        - 0.8143399 * (rtd_between1(0.34765625, -2.0) + rtd_between1(-2.0, -0.34765625)
                       + rtd_between1(2.0, 0.34765625) + rtd_between1(-0.34765625, 2.0))
        + 0.5137346 * (rtd_between1(0.546875, -3.4023438) + rtd_between1(-3.4023438, -0.546875)
                       + rtd_between1(3.4023438, 0.546875) + rtd_between1(-0.546875, 3.4023438))
        - 0.21690226 * (rtd_between1(0.65234375, -4.234375) + rtd_between1(-4.234375, -0.65234375)
                        + rtd_between1(4.234375, 0.65234375) + rtd_between1(-0.65234375, 4.234375));
    return vec4f(rtd_encode(mix(centre, filtered, settings.strength)), original.a);
}
