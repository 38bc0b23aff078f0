// rtdeconv: golden plan
//
// install  a pipeline of vertex and pass1; draw three vertices into a target of the picture's size;
//          views in an -srgb format need rtd_values_linear, a constant of the pipeline
// design   made by hand
//          for the tests
// input    source: RGB and straight alpha, as large as the target, row 0 on top;
//          values above 1.1, beyond what PQ codes, become that, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    linear light is added up, by the exact PQ curve (SMPTE ST 2084)
//          values are taken as PQ-encoded; rtd_values_linear says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     5 fetches in 1 pass
//          5 of them decoded, none where values arrive linear
// remake   rtdeconv export
//
// pass 1, taps on the source in thousandths:
//       . -250    .
//    -250 2000 -250
//       . -250    .

override rtd_values_linear: bool = false;  // true: values arrive linear and leave linear

struct Settings {
    strength: f32,  // strength of the restoration, 0.0 (off) to 1.5; 1.0 as designed
}
@group(0) @binding(0) var<uniform> settings: Settings;
@group(0) @binding(2) var source: texture_2d<f32>;  // the picture to restore

var<private> here: vec2f;  // centre of the pixel that is written

fn picture_size() -> vec2f {
    return vec2f(textureDimensions(source));
}

fn rtd_decode(c: vec3f) -> vec3f {  // PQ to linear, 1.0 is 100 cd/m2
    if (rtd_values_linear) { return c; }
    let root = pow(min(abs(c), vec3f(1.1)), vec3f(32.0 / 2523.0));
    let share = max(root - 0.8359375, vec3f(0.0)) / (18.8515625 - 18.6875 * root);
    return 100.0 * sign(c) * pow(share, vec3f(16384.0 / 2610.0));
}

fn rtd_encode(c: vec3f) -> vec3f {  // and back
    if (rtd_values_linear) { return c; }
    let power = pow(abs(c) / 100.0, vec3f(2610.0 / 16384.0));
    let ratio = (0.8359375 + 18.8515625 * power) / (1.0 + 18.6875 * power);
    return sign(c) * pow(ratio, vec3f(2523.0 / 32.0));
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
    let centre = rtd_decode(original.rgb);
    let filtered = 2.0 * centre
        - 0.25 * (rtd_at(0, -1) + rtd_at(-1, 0) + rtd_at(1, 0) + rtd_at(0, 1));
    return vec4f(rtd_encode(mix(centre, filtered, settings.strength)), original.a);
}
