// rtdeconv: comb Laplacian of 2 bands, tunable, radial undoing gaussian:0.5 in the middle
//
// install  a pipeline for each pass, of vertex and pass1 to pass2; draw three vertices
//          into targets of the picture's size; pass k writes the image<k> of those after it;
//          views in an -srgb format need rtd_values_linear, a constant of the pipeline
// design   noise 1/255 and 8-bit rounding, prior ar1 of variance 0.05
//          sigma 1.2 px in the corners
//          up to 1 px of blur at most 0.008 dB behind a fit of its own
//          fitted for the least expected squared error
//          expected under that prior: +6.0 dB, 0.9 dB below the full Wiener filter in the middle
// input    source: RGB and straight alpha, as large as the target, row 0 on top;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    linear light is added up, by the exact sRGB curve
//          values are taken as sRGB-encoded; rtd_values_linear says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     19 fetches in 2 passes
//          10 of them decoded, none where values arrive linear
//          weights of the bands at every pixel: 6 exponentials
// remake   rtdeconv export gaussian:0.5 --method tunable:1.2 --terms 2 --to wgsl
//
// pass 1, taps on the source in thousandths:
//     62 125  62
//    125 250 125
//     62 125  62
//
// pass 2, band 1, centre of the source: 1000 thousandths
//
// pass 2, band 1, centre of the image of pass 1: -1000 thousandths
//
// pass 2, band 2, taps on the image of pass 1 in thousandths, 2 px apart:
//     -62 -125  -62
//    -125  750 -125
//     -62 -125  -62

override rtd_values_linear: bool = false;  // true: values arrive linear and leave linear

struct Settings {
    strength: f32,       // strength of the restoration, 0.0 (off) to 1.5; 1.0 as designed
    sigma: f32,          // blur in the middle, sigma in px, 0.0 to 2.0; 0.5 as designed
    sigma_at_edge: f32,  // blur in the corners, sigma in px, 0.0 to 2.0; 1.2 as designed
    noise: f32,          // noise, sigma on the 0..1 scale, 0.0 to 0.1; 0.003921569 as designed
}
@group(0) @binding(0) var<uniform> settings: Settings;
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
fn rtd_at1(dx: f32, dy: f32) -> vec3f {
    let at = here + vec2f(dx, dy);
    let place = rtd_inside(at, picture_size());
    return textureLoad(image1, vec2i(place), 0).rgb;
}

fn rtd_radius2(at: vec2f, size: vec2f) -> f32 {  // squared distance from the middle, 1 at corners
    let away = 2.0 * at - size;
    return dot(away, away) / dot(size, size);
}

// What the two bands weigh for the least expected error under this noise and a Gaussian
// blur of sigma pixels: a.x c.x + a.y c.y = r.x, a.y c.x + a.z c.y = r.y. Taken over all
// frequencies, a and r are sums of Gaussians in sigma.
fn rtd_coefficients(sigma: f32, noise: f32) -> vec2f {
    let blur = clamp(sigma, 0.3, 2.0);
    let power = noise * noise + 0.0000012815584;  // and rounding
    var a = power * vec3f(0.640625, 0.09472656, 0.07446289);
    var r = power * vec2f(-0.75, -0.1875);
    var g = exp(-0.2 * blur * blur);
    a += g * vec3f(0.000010709544, 0.000039022954, 0.00014428579);
    r += g * vec2f(0.0002598976, 0.0008667052);
    g = exp(-0.57707995 * blur * blur);
    a += g * vec3f(0.000029318515, 0.00008472034, 0.00023760744);
    r += g * vec2f(-0.000092682436, -0.00062699494);
    g = exp(-1.6651064 * blur * blur);
    a += g * vec3f(0.00012586558, 0.00020450595, 0.0003479819);
    r += g * vec2f(0.00025185343, 0.00008051221);
    g = exp(-4.8044977 * blur * blur);
    a += g * vec3f(0.00036614566, 0.00010179631, -0.0000010364593);
    r += g * vec2f(0.00018162247, -0.00028501774);
    g = exp(-13.862897 * blur * blur);
    a += g * vec3f(0.001493404, 0.00024366792, 0.00031380498);
    r += g * vec2f(-0.0009461817, -0.0001564886);
    g = exp(-40.0 * blur * blur);
    a += g * vec3f(-0.00077051006, -0.00018915664, -0.00038291217);
    r += g * vec2f(-0.00015284341, -0.00001019647);
    let c = vec2f(a.z * r.x - a.y * r.y, a.x * r.y - a.y * r.x) / (a.x * a.z - a.y * a.y);
    return c * smoothstep(0.05, 0.3, sigma);  // sharp already: none
}

// one triangle over the whole target: draw(3)
@vertex
fn vertex(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
    return vec4f(f32(index & 1u) * 4.0 - 1.0, f32(index & 2u) * 2.0 - 1.0, 0.0, 1.0);
}

@fragment
fn pass1(@builtin(position) position: vec4f) -> @location(0) vec4f {
    here = position.xy;
    let filtered = 0.25 * rtd_at(0, 0)
        + 0.125 * (rtd_at(0, -1) + rtd_at(-1, 0) + rtd_at(1, 0) + rtd_at(0, 1))
        + 0.0625 * (rtd_at(-1, -1) + rtd_at(1, -1) + rtd_at(-1, 1) + rtd_at(1, 1));
    return vec4f(filtered, 1.0);
}

@fragment
fn pass2(@builtin(position) position: vec4f) -> @location(0) vec4f {
    here = position.xy;
    let original = textureLoad(source, vec2i(here), 0);
    if (settings.strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    let centre = rtd_decode(original.rgb);
    let sigma = mix(settings.sigma, settings.sigma_at_edge, rtd_radius2(here, picture_size()));
    let c = rtd_coefficients(sigma, settings.noise);
    let band1 = centre - rtd_at1(0, 0);
    let band2 = 0.75 * rtd_at1(0, 0)
        - 0.125 * (rtd_at1(0, -2) + rtd_at1(-2, 0) + rtd_at1(2, 0) + rtd_at1(0, 2))
        - 0.0625 * (rtd_at1(-2, -2) + rtd_at1(2, -2) + rtd_at1(-2, 2) + rtd_at1(2, 2));
    let filtered = centre + c.x * band1 + c.y * band2;
    return vec4f(rtd_encode(mix(centre, filtered, settings.strength)), original.a);
}
