// rtdeconv: 17 bilinear fetches undoing upscale:1.5:bilinear
//
// install  import { DeblurFilter } from './upscale-1.5.pixi.js';
//          sprite.filters = [new DeblurFilter({ strength: 1.0 })];
//          PixiJS 8.21 or later, preference: 'webgl'
// design   noise 1/255 and 8-bit rounding, prior ar1 of variance 0.05
//          fitted for the least expected squared error
//          expected under that prior: +1.2 dB, 0.3 dB below the full Wiener filter
// input    what is filtered, 8 bits, premultiplied alpha, scaleMode 'linear' (the default);
//          alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    display-encoded values are added up as they are
//          values are taken as sRGB-encoded; valuesLinear says otherwise
//          (bilinear fetches mix values as they arrive: it is then an approximation)
// border   clamp: positions outside read the nearest edge pixel
// cost     17 fetches in 1 pass; 14 of them bilinear
// remake   rtdeconv export upscale:1.5:bilinear --method fetch --taps 17 --light encoded --to pixi
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

import { Filter, GlProgram, defaultFilterVert as vertex } from 'pixi.js';

const fragmentShader = /* glsl */ `
precision highp float;
precision highp sampler2D;

in vec2 vTextureCoord;
out vec4 finalColor;
uniform sampler2D uTexture;  // the picture to restore
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
#define rtd_between(dx, dy) rtd_encode(rtd_mixed(uTexture, rtd_place(dx, dy)).rgb)

void main() {
    vec4 original = rtd_texel(uTexture, rtd_here);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        finalColor = original;
        return;
    }
    vec3 centre = rtd_encode(original.rgb);
    vec3 filtered = -1.1507254 * centre
        + 1.5642562 * (rtd_between(-0.1953125, -0.1953125) + rtd_between(0.1953125, 0.1953125))
        - 0.35940313 * (rtd_between(-2.0, -0.0703125) + rtd_between(2.0, 0.0703125))
        - 0.35755634 * (rtd_between(-0.07421875, -2.0) + rtd_between(0.07421875, 2.0))
        + 0.18031359 * (rtd_between(-3.5898438, -0.05859375) + rtd_between(3.5898438, 0.05859375))
        + 0.221766 * (rtd_between(-0.07421875, -3.7460938) + rtd_between(0.07421875, 3.7460938))
        - 0.06682587 * (rtd_at(-5, 0) + rtd_at(5, 0))
        - 0.16839504 * (rtd_between(-0.0703125, -5.0) + rtd_between(0.0703125, 5.0))
        + 0.061207294 * (rtd_between(-0.05859375, -6.0) + rtd_between(0.05859375, 6.0));
    finalColor = vec4(rtd_decode(mix(centre, filtered, rtd_strength)), original.a);
}`;

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
        const version = '#version 300 es\n#define RTD_VALUES_LINEAR ' + Number(valuesLinear);
        super({
            resolution: 'inherit',
            ...options,
            glProgram: GlProgram.from({
                vertex, fragment: version + fragmentShader, name: 'deblur',
            }),
            resources: {
                deblurUniforms: {
                    rtd_strength: { value: strength, type: 'f32' },
                },
            },
        });
    }

    get strength() { return this.resources.deblurUniforms.uniforms.rtd_strength; }
    set strength(value) { this.resources.deblurUniforms.uniforms.rtd_strength = value; }
}
