// rtdeconv: 5x5 FIR by activity, 5 classes undoing gaussian:0.8
//
// install  import { DeblurFilter } from './noisy-0.8.pixi.js';
//          sprite.filters = [new DeblurFilter({ strength: 1.0 })];
//          PixiJS 8.21 or later, preference: 'webgl'
// design   noise 3/255 and 8-bit rounding, prior ar1 of variance 0.05
//          halo limit 0.04
//          weights learned from sharp pictures
//          measured on 14 pictures, cross-validated: +2.8 dB, 1.5 dB above the full Wiener filter
// input    what is filtered, 8 bits, premultiplied alpha;
//          alpha is copied
//          image 1: structure from -1000.0 to 41000.0, three channels: RGBA16F, filtered LINEAR
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    display-encoded values are added up as they are
//          values are taken as sRGB-encoded; valuesLinear says otherwise
// adapts   taps follow the activity around a pixel, its energy over that of the noise alone:
//          class 0 is at 0.25 and below, class 4 at 256.0 and above, others at equal ratios between
//          (noise alone: class 0.8); from class to class weights are interpolated linearly
//          beside clipped highlights nothing leaves the range of the 3x3 pixels
// limit    results leave the 3x3 pixels' range by at most 4 % of it and
//          3.0 times what a peak or line stands out by; channel by channel
// border   clamp: positions outside read the nearest edge pixel
// cost     39 fetches in 2 passes; 4 of them bilinear
// remake   rtdeconv export gaussian:0.8 --noise 3/255 --adapt activity --taps 5 --terms 5 --limit 0.04 --light encoded --to pixi
//
// pass 2, class 0, the calmest, taps on the source in thousandths:
//    -10  12  42  12 -10
//     12  51  84  51  12
//     42  84 235  84  42
//     12  51  84  51  12
//    -10  12  42  12 -10
//
// pass 2, class 4, the most active, taps on the source in thousandths:
//     468 -406  412 -406  468
//    -406 -908  515 -908 -406
//     412  515 2296  515  412
//    -406 -908  515 -908 -406
//     468 -406  412 -406  468

import {
    Filter, GlProgram, Texture, TexturePool, UniformGroup, defaultFilterVert as vertex,
} from 'pixi.js';

const fragmentShader = /* glsl */ `
precision highp float;
precision highp sampler2D;

in vec2 vTextureCoord;
out vec4 finalColor;
uniform sampler2D uTexture;    // the picture to restore
uniform sampler2D rtd_image1;  // structure from pass 1, RGBA16F
uniform vec4 uInputClamp;
uniform float rtd_strength;

// the picture lies in a corner of a texture that may be larger
#define rtd_size floor((uInputClamp.xy + uInputClamp.zw) * vec2(textureSize(uTexture, 0)) + 0.5)
#define rtd_here (floor(vTextureCoord * vec2(textureSize(uTexture, 0))) + 0.5)
#define rtd_texel(image, at) texelFetch(image, ivec2(at), 0)
#define rtd_mixed(image, at) textureLod(image, (at) / vec2(textureSize(image, 0)), 0.0)

vec3 rtd_decode(vec3 c) {  // sRGB to linear
    if (RTD_VALUES_LINEAR != 1) { return c; }
    vec3 curved = pow((max(c, vec3(0.04045)) + 0.055) / 1.055, vec3(2.4));
    return mix(c / 12.92, curved, greaterThan(c, vec3(0.04045)));
}

vec3 rtd_encode(vec3 c) {  // linear to sRGB
    if (RTD_VALUES_LINEAR != 1) { return c; }
    vec3 curved = 1.055 * pow(max(c, vec3(0.0031308)), vec3(1.0 / 2.4)) - 0.055;
    return mix(c * 12.92, curved, greaterThan(c, vec3(0.0031308)));
}

vec2 rtd_inside(vec2 at, vec2 size) {
    return clamp(at, vec2(0.5, 0.5), size - vec2(0.5, 0.5));
}

// the pixel dx to the right and dy down from the one being written
#define rtd_moved(dx, dy) (rtd_here + vec2(dx, dy))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), rtd_size)
#define rtd_at(dx, dy) rtd_encode(rtd_texel(uTexture, rtd_place(dx, dy)).rgb)
#define rtd_at1(dx, dy) rtd_texel(rtd_image1, rtd_place(dx, dy)).rgb
#define rtd_between1(dx, dy) rtd_mixed(rtd_image1, rtd_place(dx, dy)).rgb

vec3 rtd_half(vec3 c) {  // rounded to half floats: drivers may truncate
    vec3 high = 8193.0 * c;
    return high - (high - c);
}

// Structure of 3x3 pixels: the gradient, angle doubled, (gx^2 - gy^2, 2 gx gy), and the
// energy of gradient and detail: above 1000.0 only at clipped corners.
vec3 rtd_structure(
    vec3 nw, vec3 n, vec3 ne,
    vec3 w, vec3 centre, vec3 e,
    vec3 sw, vec3 s, vec3 se
) {
    vec3 gx = ((ne - nw) + 2.0 * (e - w) + (se - sw)) / 8.0;
    vec3 gy = ((sw - nw) + 2.0 * (s - n) + (se - ne)) / 8.0;
    vec3 low = (4.0 * centre + 2.0 * (n + s + e + w) + (nw + ne + sw + se)) / 16.0;
    vec3 lost = centre - low;
    vec3 luma = vec3(0.299, 0.587, 0.114);
    float xx = dot(gx * gx, luma);
    float yy = dot(gy * gy, luma);
    float xy = dot(gx * gy, luma);
    float energy = xx + yy + 4.0 * dot(lost * lost, luma);
    // energy of the noise alone becomes 1, and none more than half floats hold
    float most = 1000.0 / max(energy, 0.000000000001);
    float scale = min(most, 2437.0095);
    // at white, yet above what lies around by more than noise: a corner that clipping cut
    vec3 white = clamp((0.02 - abs(centre - 1.0)) / 0.016, vec3(0.0), vec3(1.0));
    float grain = 1.8679833 / sqrt(2437.0095);
    vec3 kink = lost - max(grain, 0.04);
    vec3 cut = white * clamp(kink / 0.04, vec3(0.0), vec3(1.0));
    float mark = 40000.0 * max(cut.x, max(cut.y, cut.z));
    return vec3(scale * (xx - yy), scale * 2.0 * xy, scale * energy + mark);
}

// value as it is within low..high; a soft knee beyond, which stops short of up and down
vec3 rtd_limited(vec3 value, vec3 low, vec3 high, vec3 up, vec3 down) {
    vec3 over = max(value - high, vec3(0.0));
    vec3 under = max(low - value, vec3(0.0));
    vec3 risen = over * up / sqrt(up * up + over * over + 0.000000000001);
    vec3 fallen = under * down / sqrt(down * down + under * under + 0.000000000001);
    return clamp(value, low, high) + risen - fallen;
}

#if RTD_PASS == 1

void main() {
    vec3 nw = rtd_at(-1, -1);
    vec3 n = rtd_at(0, -1);
    vec3 ne = rtd_at(1, -1);
    vec3 w = rtd_at(-1, 0);
    vec3 centre = rtd_at(0, 0);
    vec3 e = rtd_at(1, 0);
    vec3 sw = rtd_at(-1, 1);
    vec3 s = rtd_at(0, 1);
    vec3 se = rtd_at(1, 1);
    finalColor = vec4(rtd_half(rtd_structure(nw, n, ne, w, centre, e, sw, s, se)), 1.0);
}

#elif RTD_PASS == 2

void main() {
    vec4 original = rtd_texel(uTexture, rtd_here);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        finalColor = original;
        return;
    }
    vec3 centre = rtd_encode(original.rgb);
    vec3 nw = rtd_at(-1, -1);
    vec3 n = rtd_at(0, -1);
    vec3 ne = rtd_at(1, -1);
    vec3 w = rtd_at(-1, 0);
    vec3 e = rtd_at(1, 0);
    vec3 sw = rtd_at(-1, 1);
    vec3 s = rtd_at(0, 1);
    vec3 se = rtd_at(1, 1);
    vec3 nw2 = rtd_at(-2, -2);
    vec3 n2 = rtd_at(0, -2);
    vec3 ne2 = rtd_at(2, -2);
    vec3 w2 = rtd_at(-2, 0);
    vec3 e2 = rtd_at(2, 0);
    vec3 sw2 = rtd_at(-2, 2);
    vec3 s2 = rtd_at(0, 2);
    vec3 se2 = rtd_at(2, 2);
    vec3 lowest = min(min(nw, n), min(ne, w));
    lowest = min(lowest, min(min(centre, e), min(sw, min(s, se))));
    vec3 highest = max(max(nw, n), max(ne, w));
    highest = max(highest, max(max(centre, e), max(sw, max(s, se))));
    vec3 mean = 0.2 * (rtd_at1(0, 0) + rtd_between1(-1.203125, -1.203125)
                       + rtd_between1(1.203125, -1.203125) + rtd_between1(-1.203125, 1.203125)
                       + rtd_between1(1.203125, 1.203125));
    // class of activity, 0.0 to 4.0; rise: how far the steps between are climbed
    float level = log2(clamp(mean.z, 0.25, 256.0)) * 0.4 + 0.8;
    vec4 rise = clamp(level - vec4(0.0, 1.0, 2.0, 3.0), vec4(0.0), vec4(1.0));
    // bands, each 0 on flat ground, under weights that follow the class
    vec3 adapted = centre;
    float weight1 = -0.3363 + dot(rise, vec4(-0.4127, -0.4431, -0.0509, -0.8177));
    vec3 band1 = centre - 0.25 * (n + w + e + s);
    adapted += weight1 * band1;
    float weight2 = -0.2032 + dot(rise, vec4(-0.1487, 0.5861, 2.3158, 1.0822));
    vec3 band2 = centre - 0.25 * (nw + ne + sw + se);
    adapted += weight2 * band2;
    float weight3 = -0.1666 + dot(rise, vec4(0.2876, 0.2903, -0.8472, -1.2133));
    vec3 band3 = centre - 0.25 * (n2 + w2 + e2 + s2);
    adapted += weight3 * band3;
    float weight4 = -0.0992 + dot(rise, vec4(0.3074, 0.725, 0.2565, 2.0573));
    vec3 band4 = centre
        - 0.125 * (rtd_at(-1, -2) + rtd_at(1, -2) + rtd_at(-2, -1) + rtd_at(2, -1) + rtd_at(-2, 1)
                   + rtd_at(2, 1) + rtd_at(-1, 2) + rtd_at(1, 2));
    adapted += weight4 * band4;
    float weight5 = 0.0402 + dot(rise, vec4(0.0706, -0.5711, -0.456, -0.9565));
    vec3 band5 = centre - 0.25 * (nw2 + ne2 + sw2 + se2);
    adapted += weight5 * band5;
    // beside clipped highlights held within the range of the 3x3 pixels
    float held = clamp(mean.z / 1000.0 - 1.0, 0.0, 1.0);
    vec3 filtered = mix(adapted, clamp(adapted, lowest, highest), held);
    // room beyond the range: a share of it, and more where the pixel stands out from both
    // sides, each of two pixels: a peak or a line, but no step's shoulder
    vec3 saddle = max(min(nw, nw2), min(se, se2));
    saddle = min(saddle, max(min(n, n2), min(s, s2)));
    saddle = min(saddle, max(min(ne, ne2), min(sw, sw2)));
    saddle = min(saddle, max(min(w, w2), min(e, e2)));
    vec3 valley = min(max(nw, nw2), max(se, se2));
    valley = max(valley, min(max(n, n2), max(s, s2)));
    valley = max(valley, min(max(ne, ne2), max(sw, sw2)));
    valley = max(valley, min(max(w, w2), max(e, e2)));
    vec3 room = 0.04 * (highest - lowest);
    vec3 up = room + 3.0 * max(centre - saddle, vec3(0.0));
    vec3 down = room + 3.0 * max(valley - centre, vec3(0.0));
    vec3 limited = rtd_limited(filtered, lowest, highest, up, down);
    finalColor = vec4(rtd_decode(mix(centre, limited, rtd_strength)), original.a);
}

#endif`;

function deblurProgram(number, valuesLinear) {
    const lines = [
        '#version 300 es',
        '#define RTD_PASS ' + number,
        '#define RTD_VALUES_LINEAR ' + Number(valuesLinear),
    ];
    const fragment = lines.join('\n') + fragmentShader;
    return GlProgram.from({ vertex, fragment, name: 'deblur ' + number });
}

export class DeblurFilter extends Filter {
    // what may be set at any time, for sliders; strength 0.0 is exactly off
    static parameters = {
        strength: { min: 0.0, max: 1.5, label: 'strength of the restoration' },
    };

    constructor({
        strength = 1.0,
        valuesLinear = false,
        ...options
    } = {}) {
        const deblurUniforms = new UniformGroup({
            rtd_strength: { value: strength, type: 'f32' },
        });
        super({
            resolution: 'inherit',
            ...options,
            glProgram: deblurProgram(2, valuesLinear),
            resources: {
                deblurUniforms,
                rtd_image1: Texture.EMPTY.source,
            },
        });
        this.earlier = [
            new Filter({
                glProgram: deblurProgram(1, valuesLinear),
                resources: { deblurUniforms },
            }),
        ];
    }

    get strength() { return this.resources.deblurUniforms.uniforms.rtd_strength; }
    set strength(value) { this.resources.deblurUniforms.uniforms.rtd_strength = value; }

    apply(filterManager, input, output, clearMode) {
        const images = ['linear'].map((scaleMode) => TexturePool.getOptimalTexture({
            width: input.frame.width,
            height: input.frame.height,
            resolution: input.source.resolution,
            format: 'rgba16float',
            scaleMode,
        }));
        // every pass takes the picture as its input, and what earlier ones drew as resources
        const passes = [...this.earlier, this];
        passes.forEach((pass, index) => {
            images.slice(0, index).forEach((image, before) => {
                pass.resources['rtd_image' + (before + 1)] = image.source;
            });
            const last = pass === this;
            const target = last ? output : images[index];
            filterManager.applyFilter(pass, input, target, last ? clearMode : true);
        });
        for (const image of images) TexturePool.returnTexture(image);
    }

    destroy(destroyPrograms) {
        for (const pass of this.earlier) pass.destroy(destroyPrograms);
        super.destroy(destroyPrograms);
    }
}
