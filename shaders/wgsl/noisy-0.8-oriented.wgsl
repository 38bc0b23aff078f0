// rtdeconv: 5x5 FIR by activity and direction, 5 classes undoing gaussian:0.8
//
// install  a pipeline for each pass, of vertex and pass1 to pass2; draw three vertices
//          into targets of the picture's size; pass k writes the image<k> of those after it;
//          views in an -srgb format need rtd_values_linear, a constant of the pipeline
// design   noise 3/255 and 8-bit rounding, prior ar1 of variance 0.05
//          halo limit 0.04
//          weights learned from sharp pictures
//          measured on 14 pictures, cross-validated: +3.4 dB, 2.1 dB above the full Wiener filter
// input    source: RGB and straight alpha, as large as the target, row 0 on top;
//          values above 1 are kept, alpha is copied
//          image 1: structure from -1000.0 to 41000.0, three channels: RGBA16F, filtered LINEAR
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    display-encoded values are added up as they are
//          values are taken as sRGB-encoded; rtd_values_linear says otherwise
// adapts   taps follow the activity around a pixel, its energy over that of the noise alone:
//          class 0 is at 0.25 and below, class 4 at 256.0 and above, others at equal ratios between
//          (noise alone: class 0.8); from class to class weights are interpolated linearly
//          and turn with the direction of the gradient, as far as it has one
//          beside clipped highlights nothing leaves the range of the 3x3 pixels
// limit    results leave the 3x3 pixels' range by at most 4 % of it and
//          3.0 times what a peak or line stands out by; channel by channel
// border   clamp: positions outside read the nearest edge pixel
// cost     39 fetches in 2 passes; 4 of them bilinear
// remake   rtdeconv export gaussian:0.8 --noise 3/255 --adapt oriented --taps 5 --terms 5 --limit 0.04 --light encoded --to wgsl
//
// pass 2, class 0, the calmest, no direction being known, taps on the source in thousandths:
//      9  10  20  10   9
//     10  55  94  55  10
//     20  94 208  94  20
//     10  55  94  55  10
//      9  10  20  10   9
//
// pass 2, class 4, the most active, no direction being known, taps on the source in thousandths:
//     230 -176  200 -176  230
//    -176 -695  352 -695 -176
//     200  352 2063  352  200
//    -176 -695  352 -695 -176
//     230 -176  200 -176  230

override rtd_values_linear: bool = false;  // true: values arrive linear and leave linear

struct Settings {
    strength: f32,  // strength of the restoration, 0.0 (off) to 1.5; 1.0 as designed
}
@group(0) @binding(0) var<uniform> settings: Settings;
@group(0) @binding(1) var between: sampler;         // linear; RGBA16F without float32-filterable
@group(0) @binding(2) var source: texture_2d<f32>;  // the picture to restore
@group(0) @binding(3) var image1: texture_2d<f32>;  // structure from pass 1, RGBA16F

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
fn rtd_at1(dx: f32, dy: f32) -> vec3f {
    let at = here + vec2f(dx, dy);
    let place = rtd_inside(at, picture_size());
    return textureLoad(image1, vec2i(place), 0).rgb;
}
fn rtd_between1(dx: f32, dy: f32) -> vec3f {
    let at = here + vec2f(dx, dy);
    let place = rtd_inside(at, picture_size());
    return textureSampleLevel(image1, between, place / picture_size(), 0.0).rgb;
}

fn rtd_half(c: vec3f) -> vec3f {  // rounded to half floats: drivers may truncate
    let high = 8193.0 * c;
    return high - (high - c);
}

// Structure of 3x3 pixels: the gradient, angle doubled, (gx^2 - gy^2, 2 gx gy), and the
// energy of gradient and detail: above 1000.0 only at clipped corners.
fn rtd_structure(
    nw: vec3f, n: vec3f, ne: vec3f,
    w: vec3f, centre: vec3f, e: vec3f,
    sw: vec3f, s: vec3f, se: vec3f
) -> vec3f {
    let gx = ((ne - nw) + 2.0 * (e - w) + (se - sw)) / 8.0;
    let gy = ((sw - nw) + 2.0 * (s - n) + (se - ne)) / 8.0;
    let low = (4.0 * centre + 2.0 * (n + s + e + w) + (nw + ne + sw + se)) / 16.0;
    let lost = centre - low;
    let luma = vec3f(0.299, 0.587, 0.114);
    let xx = dot(gx * gx, luma);
    let yy = dot(gy * gy, luma);
    let xy = dot(gx * gy, luma);
    let energy = xx + yy + dot(lost * lost, luma);
    // energy of the noise alone becomes 1, and none more than half floats hold
    let most = 1000.0 / max(energy, 0.000000000001);
    let scale = min(most, 7048.5815);
    // at white, yet above what lies around by more than noise: a corner that clipping cut
    let white = clamp((0.02 - abs(centre - 1.0)) / 0.016, vec3f(0.0), vec3f(1.0));
    let grain = 3.1768394 / sqrt(7048.5815);
    let kink = lost - max(grain, 0.04);
    let cut = white * clamp(kink / 0.04, vec3f(0.0), vec3f(1.0));
    let mark = 40000.0 * max(cut.x, max(cut.y, cut.z));
    return vec3f(scale * (xx - yy), scale * 2.0 * xy, scale * energy + mark);
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
    let nw = rtd_at(-1, -1);
    let n = rtd_at(0, -1);
    let ne = rtd_at(1, -1);
    let w = rtd_at(-1, 0);
    let centre = rtd_at(0, 0);
    let e = rtd_at(1, 0);
    let sw = rtd_at(-1, 1);
    let s = rtd_at(0, 1);
    let se = rtd_at(1, 1);
    return vec4f(rtd_half(rtd_structure(nw, n, ne, w, centre, e, sw, s, se)), 1.0);
}

@fragment
fn pass2(@builtin(position) position: vec4f) -> @location(0) vec4f {
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
    let mean = 0.2 * (rtd_at1(0, 0) + rtd_between1(-1.203125, -1.203125)
                      + rtd_between1(1.203125, -1.203125) + rtd_between1(-1.203125, 1.203125)
                      + rtd_between1(1.203125, 1.203125));
    // class of activity, 0.0 to 4.0; rise: how far the steps between are climbed
    let level = log2(clamp(mean.z, 0.25, 256.0)) * 0.4 + 0.8;
    let rise = clamp(level - vec4f(0.0, 1.0, 2.0, 3.0), vec4f(0.0), vec4f(1.0));
    // cos and sin of twice and of four times the gradient's angle, less the less is known
    let turn = mean.xy / (mean.z + 0.5);
    let twice = vec2f(turn.x * turn.x - turn.y * turn.y, 2.0 * turn.x * turn.y);
    let sure = dot(turn, turn);
    let n2w1 = rtd_at(-1, -2);
    let n2e1 = rtd_at(1, -2);
    let n1w2 = rtd_at(-2, -1);
    let n1e2 = rtd_at(2, -1);
    let s1w2 = rtd_at(-2, 1);
    let s1e2 = rtd_at(2, 1);
    let s2w1 = rtd_at(-1, 2);
    let s2e1 = rtd_at(1, 2);
    // bands, each 0 on flat ground, under weights that follow the class and the direction
    var adapted = centre;
    var weight1 = -0.3749 + dot(rise, vec4f(-0.0624, -0.6834, -0.0036, -0.285));
    weight1 += sure * (-1.0418 + dot(rise, vec4f(0.4465, 1.0017, -0.2651, 0.4011)));
    weight1 += twice.x * (-0.3726 + dot(rise, vec4f(0.7105, -0.4707, 0.0058, -0.3305)));
    let band1 = centre - 0.25 * (n + w + e + s);
    adapted += weight1 * band1;
    var weight2 = -0.2202 + dot(rise, vec4f(-0.0665, 0.0673, 2.5322, 0.4675));
    weight2 += sure * (1.0726 + dot(rise, vec4f(-0.3164, -0.5299, -2.5755, 1.2559)));
    weight2 += twice.x * (0.0065 + dot(rise, vec4f(-0.1171, 0.5727, -0.1359, 0.1121)));
    let band2 = centre - 0.25 * (nw + ne + sw + se);
    adapted += weight2 * band2;
    var weight3 = -0.0786 + dot(rise, vec4f(-0.0025, 0.6298, -0.3217, -1.0267));
    weight3 += sure * (0.7493 + dot(rise, vec4f(-0.0221, -1.1134, 0.3129, 1.3013)));
    weight3 += twice.x * (0.8126 + dot(rise, vec4f(-1.686, 0.1125, 0.0355, -0.6385)));
    let band3 = centre - 0.25 * (n2 + w2 + e2 + s2);
    adapted += weight3 * band3;
    var weight4 = -0.0812 + dot(rise, vec4f(-0.0199, 0.8068, 0.1378, 0.5667));
    weight4 += sure * (1.7428 + dot(rise, vec4f(-0.6131, -1.5093, 0.0974, -0.8414)));
    weight4 += twice.x * (0.0031 + dot(rise, vec4f(-0.2469, 0.5313, 0.3307, 0.6889)));
    let band4 = centre - 0.125 * (n2w1 + n2e1 + n1w2 + n1e2 + s1w2 + s1e2 + s2w1 + s2e1);
    adapted += weight4 * band4;
    var weight5 = -0.0375 + dot(rise, vec4f(0.1105, -0.3362, -0.7435, 0.0886));
    weight5 += sure * (-0.8891 + dot(rise, vec4f(0.2856, 0.8299, 0.7229, -0.6093)));
    weight5 += twice.x * (-0.552 + dot(rise, vec4f(0.9809, -0.4055, -0.1289, -0.1927)));
    let band5 = centre - 0.25 * (nw2 + ne2 + sw2 + se2);
    adapted += weight5 * band5;
    let weight6 = turn.x * (0.2328 + dot(rise, vec4f(-0.3708, -0.7431, -0.7493, -1.3054)));
    let band6 = -0.25 * (n + s) + 0.25 * (w + e);
    adapted += weight6 * band6;
    let weight7 = turn.x * (0.0054 + dot(rise, vec4f(-0.3992, 0.1283, -0.198, -0.085)));
    let band7 = -0.25 * (n2 + s2) + 0.25 * (w2 + e2);
    adapted += weight7 * band7;
    let weight8 = turn.x * (-0.5844 + dot(rise, vec4f(0.2205, 0.8461, 0.7146, 0.8966)));
    let band8 = -0.125 * (n2w1 + n2e1 + s2w1 + s2e1) + 0.125 * (n1w2 + n1e2 + s1w2 + s1e2);
    adapted += weight8 * band8;
    let weight9 = turn.y * (-0.0437 + dot(rise, vec4f(-0.5628, -0.6574, 0.3187, -0.7155)));
    let band9 = -0.25 * (ne + sw) + 0.25 * (nw + se);
    adapted += weight9 * band9;
    let weight10 = turn.y * (0.2755 + dot(rise, vec4f(-0.4327, 0.2957, 0.2478, 0.629)));
    let band10 = -0.125 * (n2e1 + n1e2 + s1w2 + s2w1) + 0.125 * (n2w1 + n1w2 + s1e2 + s2e1);
    adapted += weight10 * band10;
    let weight11 = turn.y * (-0.1449 + dot(rise, vec4f(0.1912, 0.2962, -0.1882, 0.1351)));
    let band11 = -0.25 * (ne2 + sw2) + 0.25 * (nw2 + se2);
    adapted += weight11 * band11;
    let weight12 = twice.y * (-1.2991 + dot(rise, vec4f(1.5129, 0.8704, -0.5809, 0.7799)));
    let band12 = -0.125 * (n2w1 + n1e2 + s1w2 + s2e1) + 0.125 * (n2e1 + n1w2 + s1e2 + s2w1);
    adapted += weight12 * band12;
    // beside clipped highlights held within the range of the 3x3 pixels
    let held = clamp(mean.z / 1000.0 - 1.0, 0.0, 1.0);
    let filtered = mix(adapted, clamp(adapted, lowest, highest), held);
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
    let room = 0.04 * (highest - lowest);
    let up = room + 3.0 * max(centre - saddle, vec3f(0.0));
    let down = room + 3.0 * max(valley - centre, vec3f(0.0));
    let limited = rtd_limited(filtered, lowest, highest, up, down);
    return vec4f(rtd_decode(mix(centre, limited, settings.strength)), original.a);
}
