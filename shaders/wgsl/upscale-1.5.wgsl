// rtdeconv: 17 bilinear fetches undoing upscale:1.5:bilinear
//
// install  a pipeline of vertex and pass1; draw three vertices into a target of the picture's size;
//          views in an -srgb format need rtd_values_linear, a constant of the pipeline
// design   noise 1/255 and 8-bit rounding, prior ar1 of variance 0.05
//          fitted for the least expected squared error
//          expected under that prior: +1.2 dB, 0.3 dB below the full Wiener filter
// input    source: RGB and straight alpha, as large as the target, row 0 on top;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    display-encoded values are added up as they are
//          values are taken as sRGB-encoded; rtd_values_linear says otherwise
//          (bilinear fetches mix values as they arrive: it is then an approximation)
// border   clamp: positions outside read the nearest edge pixel
// cost     17 fetches in 1 pass; 14 of them bilinear
// remake   rtdeconv export upscale:1.5:bilinear --method fetch --taps 17 --light encoded --to wgsl
//
// pass 1, taps on the source in thousandths, its bilinear fetches taken together:
//       .    .    .    .    .    4   58    .    .    .    .    .    .
//       .    .    .    .    .  -12 -157    .    .    .    .    .    .
//       .    .    .    .    .   12  153    .    .    .    .    .    .
//       .    .    .    .    .    4   52    .    .    .    .    .    .
//       .    .    .    .    .  -27 -331    .    .    .    .    .    .
//       .    .    6    4  -25   60  246    .    .    .    .    .    .
//       .  -67  100   70 -334  246  875  246 -334   70  100  -67    .
//       .    .    .    .    .    .  246   60  -25    4    6    .    .
//       .    .    .    .    .    . -331  -27    .    .    .    .    .
//       .    .    .    .    .    .   52    4    .    .    .    .    .
//       .    .    .    .    .    .  153   12    .    .    .    .    .
//       .    .    .    .    .    . -157  -12    .    .    .    .    .
//       .    .    .    .    .    .   58    4    .    .    .    .    .

override rtd_values_linear: bool = false;  // true: values arrive linear and leave linear

struct Settings {
    strength: f32,  // strength of the restoration, 0.0 (off) to 1.5; 1.0 as designed
}
@group(0) @binding(0) var<uniform> settings: Settings;
@group(0) @binding(1) var between: sampler;         // linear
@group(0) @binding(2) var source: texture_2d<f32>;  // the picture to restore

var<private> here: vec2f;  // centre of the pixel that is written

fn picture_size() -> vec2f {
    return vec2f(textureDimensions(source));
}

fn rtd_decode(c: vec3f) -> vec3f {  // sRGB to linear
    if (!rtd_values_linear) { return c; }
    let curved = pow((max(c, vec3f(0.04045)) + 0.055) / 1.055, vec3f(2.4));
    return select(c / 12.92, curved, c > vec3f(0.04045));
}

fn rtd_encode(c: vec3f) -> vec3f {  // linear to sRGB
    if (!rtd_values_linear) { return c; }
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
    return rtd_encode(textureLoad(source, vec2i(place), 0).rgb);
}
fn rtd_between(dx: f32, dy: f32) -> vec3f {
    let at = here + vec2f(dx, dy);
    let place = rtd_inside(at, picture_size());
    return rtd_encode(textureSampleLevel(source, between, place / picture_size(), 0.0).rgb);
}

// one triangle over the whole target: draw(3)
@vertex
fn vertex(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
    return vec4f(f32(index & 1u) * 4.0 - 1.0, f32(index & 2u) * 2.0 - 1.0, 0.0, 1.0);
}

@fragment
fn pass1(@builtin(position) position: vec4f) -> @location(0) vec4f {
    here = position.xy;
    let original = textureLoad(source, vec2i(here), 0);
    if (settings.strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    let centre = rtd_encode(original.rgb);
    let filtered = -1.1507254 * centre
        + 1.5642562 * (rtd_between(-0.1953125, -0.1953125) + rtd_between(0.1953125, 0.1953125))
        - 0.35940313 * (rtd_between(-2.0, -0.0703125) + rtd_between(2.0, 0.0703125))
        - 0.35755634 * (rtd_between(-0.07421875, -2.0) + rtd_between(0.07421875, 2.0))
        + 0.18031359 * (rtd_between(-3.5898438, -0.05859375) + rtd_between(3.5898438, 0.05859375))
        + 0.221766 * (rtd_between(-0.07421875, -3.7460938) + rtd_between(0.07421875, 3.7460938))
        - 0.06682587 * (rtd_at(-5, 0) + rtd_at(5, 0))
        - 0.16839504 * (rtd_between(-0.0703125, -5.0) + rtd_between(0.0703125, 5.0))
        + 0.061207294 * (rtd_between(-0.05859375, -6.0) + rtd_between(0.05859375, 6.0));
    return vec4f(rtd_decode(mix(centre, filtered, settings.strength)), original.a);
}
