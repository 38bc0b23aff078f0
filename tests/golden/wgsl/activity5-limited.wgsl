// rtdeconv: golden plan
//
// install  a pipeline for each pass, of vertex and pass1 to pass2; draw three vertices
//          into targets of the picture's size; pass k writes the image<k> of those after it;
//          views in an -srgb format need rtd_values_linear, a constant of the pipeline
// design   made by hand
//          for the tests
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
    let energy = xx + yy + 4.0 * dot(lost * lost, luma);
    // energy of the noise alone becomes 1, and none more than half floats hold
    let most = 1000.0 / max(energy, 0.000000000001);
    let scale = min(most, 5577.5317);
    // at white, yet above what lies around by more than noise: a corner that clipping cut
    let white = clamp((0.02 - abs(centre - 1.0)) / 0.016, vec3f(0.0), vec3f(1.0));
    let grain = 1.8679833 / sqrt(5577.5317);
    let kink = lost - max(grain, 0.04);
    let cut = white * clamp(kink / 0.04, vec3f(0.0), vec3f(1.0));
    let mark = 40000.0 * max(cut.x, max(cut.y, cut.z));
    return vec3f(scale * (xx - yy), scale * 2.0 * xy, scale * energy + mark);
}

// value as it is within low..high; a soft knee beyond, which stops short of up and down
fn rtd_limited(value: f32, low: f32, high: f32, up: f32, down: f32) -> f32 {
    let over = max(value - high, 0.0);
    let under = max(low - value, 0.0);
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
    // bands, each 0 on flat ground, under weights that follow the class
    var adapted = centre;
    let weight1 = -0.1875 + dot(rise, vec4f(0.1875, 0.375, 0.28125, 0.09375));
    let band1 = centre - 0.25 * (n + w + e + s);
    adapted += weight1 * band1;
    let weight2 = -0.125 + dot(rise, vec4f(0.125, 0.25, 0.1875, 0.0625));
    let band2 = centre - 0.25 * (nw + ne + sw + se);
    adapted += weight2 * band2;
    let weight3 = 0.0625 + dot(rise, vec4f(-0.0625, -0.125, -0.09375, -0.03125));
    let band3 = centre - 0.25 * (n2 + w2 + e2 + s2);
    adapted += weight3 * band3;
    let weight4 = 0.03125 + dot(rise, vec4f(-0.03125, -0.0625, -0.046875, -0.015625));
    let band4 = centre
        - 0.125 * (rtd_at(-1, -2) + rtd_at(1, -2) + rtd_at(-2, -1) + rtd_at(2, -1) + rtd_at(-2, 1)
                   + rtd_at(2, 1) + rtd_at(-1, 2) + rtd_at(1, 2));
    adapted += weight4 * band4;
    let weight5 = -0.03125 + dot(rise, vec4f(0.03125, 0.0625, 0.046875, 0.015625));
    let band5 = centre - 0.25 * (nw2 + ne2 + sw2 + se2);
    adapted += weight5 * band5;
    // beside clipped highlights held within the range of the 3x3 pixels
    let held = clamp(mean.z / 1000.0 - 1.0, 0.0, 1.0);
    let filtered = mix(adapted, clamp(adapted, lowest, highest), held);
    let luma = vec3f(0.299, 0.587, 0.114);
    let y_nw = dot(nw, luma);
    let y_n = dot(n, luma);
    let y_ne = dot(ne, luma);
    let y_w = dot(w, luma);
    let y_centre = dot(centre, luma);
    let y_e = dot(e, luma);
    let y_sw = dot(sw, luma);
    let y_s = dot(s, luma);
    let y_se = dot(se, luma);
    let y_nw2 = dot(nw2, luma);
    let y_n2 = dot(n2, luma);
    let y_ne2 = dot(ne2, luma);
    let y_w2 = dot(w2, luma);
    let y_e2 = dot(e2, luma);
    let y_sw2 = dot(sw2, luma);
    let y_s2 = dot(s2, luma);
    let y_se2 = dot(se2, luma);
    var darkest = min(min(y_nw, y_n), min(y_ne, y_w));
    darkest = min(darkest, min(min(y_centre, y_e), min(y_sw, min(y_s, y_se))));
    var brightest = max(max(y_nw, y_n), max(y_ne, y_w));
    brightest = max(brightest, max(max(y_centre, y_e), max(y_sw, max(y_s, y_se))));
    // room beyond the range: a share of it, and more where the pixel stands out from both
    // sides, each of two pixels: a peak or a line, but no step's shoulder
    var saddle = max(min(y_nw, y_nw2), min(y_se, y_se2));
    saddle = min(saddle, max(min(y_n, y_n2), min(y_s, y_s2)));
    saddle = min(saddle, max(min(y_ne, y_ne2), min(y_sw, y_sw2)));
    saddle = min(saddle, max(min(y_w, y_w2), min(y_e, y_e2)));
    var valley = min(max(y_nw, y_nw2), max(y_se, y_se2));
    valley = max(valley, min(max(y_n, y_n2), max(y_s, y_s2)));
    valley = max(valley, min(max(y_ne, y_ne2), max(y_sw, y_sw2)));
    valley = max(valley, min(max(y_w, y_w2), max(y_e, y_e2)));
    let room = 0.25 * (brightest - darkest);
    let up = room + 3.0 * max(y_centre - saddle, 0.0);
    let down = room + 3.0 * max(valley - y_centre, 0.0);
    let was = dot(filtered, luma);
    let kept = rtd_limited(was, darkest, brightest, up, down);
    let limited = filtered + (kept - was);
    return vec4f(rtd_decode(mix(centre, limited, settings.strength)), original.a);
}
