// rtdeconv: 13-tap FIR in 5x5 undoing gaussian:0.7
//
// install  Bevy 0.19: put it into assets/shaders and webcam-0.7.rs beside main.rs as deblur.rs;
//          mod deblur; and app.add_plugins(deblur::DeblurPlugin);
//          spawn the Camera3d with deblur::Deblur::default()
// design   noise 1/255 and 8-bit rounding, prior ar1 of variance 0.05
//          fitted for the least expected squared error
//          expected under that prior: +3.5 dB, 0.3 dB below the full Wiener filter
// input    what the camera has drawn, LDR or HDR;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    after TAA and tone mapping, before UI; FXAA and SMAA may run on either side
// light    linear light is added up, by the exact sRGB curve
//          values are taken as linear; rtd_values_linear says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     13 fetches in 1 pass
//          13 of them decoded where values arrive encoded
// remake   rtdeconv export gaussian:0.7 --method free --taps 13 --to bevy
//
// pass 1, taps on the source in thousandths:
//       .  112    .  112    .
//     112 -655    . -655  112
//       .    . 2719    .    .
//     112 -655    . -655  112
//       .  112    .  112    .

#import bevy_core_pipeline::fullscreen_vertex_shader::FullscreenVertexOutput

const rtd_values_linear = true;  // false: values arrive sRGB-encoded and leave so

struct Settings {
    @size(16) strength: f32,  // strength of the restoration, 0.0 (off) to 1.5; 1.0 as designed
}
@group(0) @binding(0) var source: texture_2d<f32>;  // what the camera has drawn so far
@group(0) @binding(2) var<uniform> settings: Settings;

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

@fragment
fn fragment(in: FullscreenVertexOutput) -> @location(0) vec4f {
    here = in.position.xy;
    let original = textureLoad(source, vec2i(here), 0);
    if (settings.strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    let centre = rtd_decode(original.rgb);
    let filtered = 2.719345 * centre
        - 0.6547661 * (rtd_at(-1, -1) + rtd_at(1, -1) + rtd_at(-1, 1) + rtd_at(1, 1))
        + 0.112464905 * (rtd_at(-1, -2) + rtd_at(1, -2) + rtd_at(-2, -1) + rtd_at(2, -1)
                         + rtd_at(-2, 1) + rtd_at(2, 1) + rtd_at(-1, 2) + rtd_at(1, 2));
    return vec4f(rtd_encode(mix(centre, filtered, settings.strength)), original.a);
}
