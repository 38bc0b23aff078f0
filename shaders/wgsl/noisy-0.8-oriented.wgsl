// rtdeconv: 5x5 FIR by activity and direction, 5 classes undoing gaussian:0.8
//
// install  a pipeline for each pass, of vertex and pass1 to pass2; draw three vertices
//          into targets of the picture's size; pass k writes the image<k> of those after it;
//          views in an -srgb format need rtd_values_linear, a constant of the pipeline
// design   noise 3/255 and 8-bit rounding, prior ar1 of variance 0.05
//          halo limit 0.04
//          weights learned from sharp pictures
//          measured on 14 pictures not learned from: +3.4 dB, 2.1 dB above the full Wiener filter
// input    source: RGB and straight alpha, as large as the target, row 0 on top;
//          values above 1 are kept, alpha is copied
//          image 1: structure from -2000.0 to 42000.0, three channels: RGBA16F, filtered LINEAR
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
// remake   rtdeconv export FILTER.json --to wgsl (its options would give other taps)
//
// pass 2, class 0, the calmest, no direction being known, taps on the source in thousandths:
//    49 40 35 40 49
//    40 42 31 42 40
//    35 31 47 31 35
//    40 42 31 42 40
//    49 40 35 40 49
//
// pass 2, class 4, the most active, no direction being known, taps on the source in thousandths:
//     258 -151  195 -151  258
//    -151 -854  351 -854 -151
//     195  351 2404  351  195
//    -151 -854  351 -854 -151
//     258 -151  195 -151  258

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
// energy of gradient and detail; x exceeds it only at corners that clipping cut off.
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
    let most = 2000.0 / max(energy, 0.000000000001);
    let scale = min(most, 7048.5815);
    // at white, and yet above what lies around: a corner that clipping cut off
    let white = clamp((0.02 - abs(centre - 1.0)) / 0.016, vec3f(0.0), vec3f(1.0));
    let cut = white * clamp((lost - 0.04) / 0.04, vec3f(0.0), vec3f(1.0));
    let mark = 20.0 * max(cut.x, max(cut.y, cut.z));
    return scale * vec3f(xx - yy + mark * energy, 2.0 * xy, energy);
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
    let seen = mean.xy / (mean.z + 0.5);
    // cos and sin of twice and of four times the gradient's angle, less the less is known
    let turn = vec2f(min(seen.x, 1.0), seen.y);
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
    var weight1 = -0.1245 + dot(rise, vec4f(-0.2888, -0.673, -0.0976, -0.2214));
    weight1 += sure * (-1.1823 + dot(rise, vec4f(0.7406, 0.8438, -0.1878, 0.2307)));
    weight1 += twice.x * (-0.4751 + dot(rise, vec4f(0.8624, -0.4876, 0.0117, -0.3119)));
    let band1 = centre - 0.25 * (n + w + e + s);
    adapted += weight1 * band1;
    var weight2 = -0.1697 + dot(rise, vec4f(-0.0974, 0.0304, 2.2402, 1.4125));
    weight2 += sure * (0.2511 + dot(rise, vec4f(0.1243, -0.2627, -2.2057, -0.0962)));
    weight2 += twice.x * (0.0001 + dot(rise, vec4f(-0.1994, 0.6649, -0.143, 0.3978)));
    let band2 = centre - 0.25 * (nw + ne + sw + se);
    adapted += weight2 * band2;
    var weight3 = -0.1406 + dot(rise, vec4f(0.0487, 0.6128, -0.2494, -1.0517));
    weight3 += sure * (0.7612 + dot(rise, vec4f(-0.161, -0.9271, 0.1927, 1.3823)));
    weight3 += twice.x * (0.668 + dot(rise, vec4f(-1.4899, 0.0291, 0.0986, -0.8308)));
    let band3 = centre - 0.25 * (n2 + w2 + e2 + s2);
    adapted += weight3 * band3;
    var weight4 = -0.3228 + dot(rise, vec4f(0.1992, 0.779, 0.3295, 0.2217));
    weight4 += sure * (1.9736 + dot(rise, vec4f(-1.1297, -1.2162, -0.0908, -0.2463)));
    weight4 += twice.x * (0.2084 + dot(rise, vec4f(-0.5995, 0.6033, 0.3253, 0.7047)));
    let band4 = centre - 0.125 * (n2w1 + n2e1 + n1w2 + n1e2 + s1w2 + s1e2 + s2w1 + s2e1);
    adapted += weight4 * band4;
    var weight5 = -0.1949 + dot(rise, vec4f(0.245, -0.2774, -0.7812, -0.0242));
    weight5 += sure * (-0.1126 + dot(rise, vec4f(-0.2438, 0.563, 0.7763, -0.5)));
    weight5 += twice.x * (-0.5549 + dot(rise, vec4f(1.096, -0.4629, -0.1573, -0.1956)));
    let band5 = centre - 0.25 * (nw2 + ne2 + sw2 + se2);
    adapted += weight5 * band5;
    let weight6 = turn.x * (0.2932 + dot(rise, vec4f(-0.4069, -0.6868, -0.7395, -1.3089)));
    let band6 = -0.25 * (n + s) + 0.25 * (w + e);
    adapted += weight6 * band6;
    let weight7 = turn.x * (0.445 + dot(rise, vec4f(-0.8751, 0.1621, -0.2087, -0.1389)));
    let band7 = -0.25 * (n2 + s2) + 0.25 * (w2 + e2);
    adapted += weight7 * band7;
    let weight8 = turn.x * (-0.2652 + dot(rise, vec4f(-0.247, 0.8879, 0.7388, 1.0778)));
    let band8 = -0.125 * (n2w1 + n2e1 + s2w1 + s2e1) + 0.125 * (n1w2 + n1e2 + s1w2 + s1e2);
    adapted += weight8 * band8;
    let weight9 = turn.y * (0.0138 + dot(rise, vec4f(-0.5168, -0.8037, 0.4326, -0.6839)));
    let band9 = -0.25 * (ne + sw) + 0.25 * (nw + se);
    adapted += weight9 * band9;
    let weight10 = turn.y * (0.4346 + dot(rise, vec4f(-0.6646, 0.3113, 0.1612, 0.5381)));
    let band10 = -0.125 * (n2e1 + n1e2 + s1w2 + s2w1) + 0.125 * (n2w1 + n1w2 + s1e2 + s2e1);
    adapted += weight10 * band10;
    let weight11 = turn.y * (-0.0955 + dot(rise, vec4f(0.0283, 0.4299, -0.1492, 0.2096)));
    let band11 = -0.25 * (ne2 + sw2) + 0.25 * (nw2 + se2);
    adapted += weight11 * band11;
    let weight12 = twice.y * (-0.788 + dot(rise, vec4f(0.8965, 1.0039, -0.5644, 0.8399)));
    let band12 = -0.125 * (n2w1 + n1e2 + s1w2 + s2e1) + 0.125 * (n2e1 + n1w2 + s1e2 + s2w1);
    adapted += weight12 * band12;
    // beside clipped highlights held within the range of the 3x3 pixels
    let held = clamp(seen.x - 1.0, 0.0, 1.0);
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
