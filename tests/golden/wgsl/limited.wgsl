// rtdeconv: golden plan
//
// install  a pipeline of vertex and pass1; draw three vertices into a target of the picture's size;
//          views in an -srgb format need rtd_values_linear, a constant of the pipeline
// design   made by hand
//          for the tests
// input    source: RGB and straight alpha, as large as the target, row 0 on top;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    display-encoded values are added up as they are
//          values are taken as sRGB-encoded; rtd_values_linear says otherwise
// limit    results leave the 3x3 pixels' range by at most 25 % of it and
//          3.0 times what a peak or line stands out by; channel by channel
// border   clamp: positions outside read the nearest edge pixel
// cost     17 fetches in 1 pass
// remake   rtdeconv export
//
// pass 1, taps on the source in thousandths:
//     -94    .   62    .   31
//       . -250 -125   62    .
//      62 -125 1656 -125   62
//       .   62 -125 -250    .
//      31    .   62    .    .

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

// value as it is within low..high; a soft knee beyond, which stops short of up and down
fn rtd_limited(value: vec3f, low: vec3f, high: vec3f, up: vec3f, down: vec3f) -> vec3f {
    let over = max(value - high, vec3f(0.0));
    let under = max(low - value, vec3f(0.0));
    let risen = over * up / sqrt(up * up + over * over + 0.000000000001);
    let fallen = under * down / sqrt(down * down + under * under + 0.000000000001);
    return clamp(value, low, high) + risen - fallen;
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
    let nw = rtd_at(-1, -1);
    let n = rtd_at(0, -1);
    let ne = rtd_at(1, -1);
    let w = rtd_at(-1, 0);
    let e = rtd_at(1, 0);
    let sw = rtd_at(-1, 1);
    let s = rtd_at(0, 1);
    let se = rtd_at(1, 1);
    let nw2 = rtd_at(-2, -2);
    let n2 = rtd_at(0, -2);
    let ne2 = rtd_at(2, -2);
    let w2 = rtd_at(-2, 0);
    let e2 = rtd_at(2, 0);
    let sw2 = rtd_at(-2, 2);
    let s2 = rtd_at(0, 2);
    let se2 = rtd_at(2, 2);
    var lowest = min(min(nw, n), min(ne, w));
    lowest = min(lowest, min(min(centre, e), min(sw, min(s, se))));
    var highest = max(max(nw, n), max(ne, w));
    highest = max(highest, max(max(centre, e), max(sw, max(s, se))));
    let filtered = 1.65625 * centre
        - 0.125 * (n + w + e + s)
        - 0.25 * (nw + se)
        + 0.0625 * (ne + sw + n2 + w2 + e2 + s2)
        - 0.09375 * nw2
        + 0.03125 * (ne2 + sw2);
    // room beyond the range: a share of it, and more where the pixel stands out from both
    // sides, each of two pixels: a peak or a line, but no step's shoulder
    var saddle = max(min(nw, nw2), min(se, se2));
    saddle = min(saddle, max(min(n, n2), min(s, s2)));
    saddle = min(saddle, max(min(ne, ne2), min(sw, sw2)));
    saddle = min(saddle, max(min(w, w2), min(e, e2)));
    var valley = min(max(nw, nw2), max(se, se2));
    valley = max(valley, min(max(n, n2), max(s, s2)));
    valley = max(valley, min(max(ne, ne2), max(sw, sw2)));
    valley = max(valley, min(max(w, w2), max(e, e2)));
    let room = 0.25 * (highest - lowest);
    let up = room + 3.0 * max(centre - saddle, vec3f(0.0));
    let down = room + 3.0 * max(valley - centre, vec3f(0.0));
    let limited = rtd_limited(filtered, lowest, highest, up, down);
    return vec4f(rtd_decode(mix(centre, limited, settings.strength)), original.a);
}
