// rtdeconv: 17 bilinear fetches undoing upscale:1.5:bilinear
//
// install  import { DeblurPostProcess } from './upscale-1.5.babylon.js';
//          const deblur = new DeblurPostProcess(camera, { strength: 1.0 });
//          before other post-processes of the camera that grain or draw over the picture
// design   noise 1/255 and 8-bit rounding, prior ar1 of variance 0.05
//          fitted for the least expected squared error
//          expected under that prior: +1.2 dB, 0.3 dB below the full Wiener filter
// input    what the camera draws, or the post-process before this one; Engine, WebGL 2;
//          values above 1 are kept with valuesLinear, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    behind image processing, which materials do unless a pipeline is HDR; before that
//          pipeline's image processing values are linear: valuesLinear
// light    display-encoded values are added up as they are
//          values are taken as sRGB-encoded; valuesLinear says otherwise
//          (bilinear fetches mix values as they arrive: it is then an approximation)
// border   clamp: positions outside read the nearest edge pixel
// cost     17 fetches in 1 pass; 14 of them bilinear
// remake   rtdeconv export upscale:1.5:bilinear --method fetch --taps 17 --light encoded --to babylon
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

import { Constants } from '@babylonjs/core/Engines/constants.js';
import { ShaderStore } from '@babylonjs/core/Engines/shaderStore.js';
import { PostProcess } from '@babylonjs/core/PostProcesses/postProcess.js';

const shader = 'deblur-250bde9a';

ShaderStore.ShadersStore[shader + 'FragmentShader'] = /* glsl */ `
precision highp float;
precision highp sampler2D;

uniform sampler2D textureSampler;  // the picture to restore
uniform float rtd_strength;

#define rtd_size vec2(textureSize(textureSampler, 0))
#define rtd_here gl_FragCoord.xy
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
#define rtd_moved(dx, dy) (rtd_here + vec2(dx, -(dy)))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), rtd_size)
#define rtd_at(dx, dy) rtd_encode(rtd_texel(textureSampler, rtd_place(dx, dy)).rgb)
#define rtd_between(dx, dy) rtd_encode(rtd_mixed(textureSampler, rtd_place(dx, dy)).rgb)

void main() {
    vec4 original = rtd_texel(textureSampler, rtd_here);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        gl_FragColor = original;
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
    gl_FragColor = vec4(rtd_decode(mix(centre, filtered, rtd_strength)), original.a);
}`;

export class DeblurPostProcess extends PostProcess {
    // what may be set at any time, for sliders; strength 0.0 is exactly off
    static parameters = {
        strength: { min: 0.0, max: 1.5, label: 'strength of the restoration' },
    };

    constructor(camera, {
        strength = 1.0,
        valuesLinear = false,
    } = {}) {
        super('deblur', shader, {
            camera,
            defines: '#define RTD_VALUES_LINEAR ' + Number(valuesLinear),
            uniforms: ['rtd_strength'],
            samplingMode: Constants.TEXTURE_BILINEAR_SAMPLINGMODE,
            textureType: valuesLinear
                ? Constants.TEXTURETYPE_HALF_FLOAT : Constants.TEXTURETYPE_UNSIGNED_BYTE,
        });
        this.strength = strength;
        this.onApply = (effect) => {
            effect.setFloat('rtd_strength', this.strength);
        };
    }
}
