// rtdeconv: 13 bilinear fetches undoing gaussian:1
//
// install  a pipeline of vertex and pass1; draw three vertices into a target of the picture's size;
//          views in an -srgb format need rtd_values_linear, a constant of the pipeline
// design   noise 1/255 and 8-bit rounding, prior ar1 of variance 0.05
//          fitted for the least expected squared error
//          expected under that prior: +2.4 dB, 0.2 dB below the full Wiener filter
// input    source: RGB and straight alpha, as large as the target, row 0 on top;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    display-encoded values are added up as they are
//          values are taken as sRGB-encoded; rtd_values_linear says otherwise
//          (bilinear fetches mix values as they arrive: it is then an approximation)
// border   clamp: positions outside read the nearest edge pixel
// cost     13 fetches in 1 pass; 12 of them bilinear
// remake   rtdeconv export gaussian:1 --method fetch --taps 13 --light encoded --to wgsl
//
// pass 1, taps on the source in thousandths, its bilinear fetches taken together:
//       .    .    .    .    .    .    .    .    .
//       .    .   24  166    .    .    .   -2   -3
//       .    .  108 -317 -248    .  143   94 -109
//       .    .    . -417  328 -437 -474  328    .
//       .    . -290  376 2462  376 -290    .    .
//       .  328 -474 -437  328 -417    .    .    .
//    -109   94  143    . -248 -317  108    .    .
//      -3   -2    .    .    .  166   24    .    .
//       .    .    .    .    .    .    .    .    .

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
    let filtered = 0.69781494 * centre
        + 2.2304182 * (rtd_between(-0.3828125, -0.359375) + rtd_between(0.3828125, 0.359375))
        - 1.6398153 * (rtd_between(1.6289062, -0.71875) + rtd_between(-1.6289062, 0.71875))
        - 2.2129936 * (rtd_between(-0.8125, -1.5976562) + rtd_between(0.8125, 1.5976562))
        + 1.0557432 * (rtd_between(-1.125, -2.1796875) + rtd_between(1.125, 2.1796875))
        + 0.91290283 * (rtd_between(2.5507812, -1.3476562) + rtd_between(-2.5507812, 1.3476562))
        - 0.19516277 * (rtd_between(3.5742188, -2.0273438) + rtd_between(-3.5742188, 2.0273438));
    return vec4f(rtd_decode(mix(centre, filtered, settings.strength)), original.a);
}
