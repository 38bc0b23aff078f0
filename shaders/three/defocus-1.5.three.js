// rtdeconv: 17 bilinear fetches undoing disk:1.5
//
// install  import { DeblurPass } from './defocus-1.5.three.js';
//          composer.addPass(new OutputPass());  // of three/addons, where there is none yet
//          composer.addPass(new DeblurPass({ strength: 1.0 }));
// design   noise 2/255 and 8-bit rounding, prior ar1 of variance 0.05
//          fitted for the least expected squared error
//          expected under that prior: +2.1 dB, 0.3 dB below the full Wiener filter
// input    the composer's read buffer; WebGLRenderer;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    behind OutputPass, before film grain; straight behind the blur, before OutputPass,
//          values are linear: valuesLinear
// light    linear light is added up, by the exact sRGB curve
//          values are taken as sRGB-encoded; valuesLinear says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     18 fetches in 2 passes; 16 of them bilinear
//          pass 1 only decodes, so that bilinear fetches mix linear light
// remake   rtdeconv export disk:1.5 --noise 2/255 --method fetch --taps 17 --to three
//
// pass 2, taps on the image of pass 1 in thousandths, its bilinear fetches taken together:
//       .    .    .    .    .  -18  -33    .    .    .    .
//       .    .    .    .    .   36    5    .    .    .    .
//       .    .    .    .    .  139  168    .    .    .    .
//       .    .    .    .    . -531 -283    .    .    .    .
//     -33    5  168 -283  107  612  107    .    .    .    .
//     -18   36  139 -531  612  196  612 -531  139   36  -18
//       .    .    .    .  107  612  107 -283  168    5  -33
//       .    .    .    . -283 -531    .    .    .    .    .
//       .    .    .    .  168  139    .    .    .    .    .
//       .    .    .    .    5   36    .    .    .    .    .
//       .    .    .    .  -33  -18    .    .    .    .    .

import {
    GLSL3, HalfFloatType, LinearFilter, NoBlending, RawShaderMaterial, WebGLRenderTarget,
} from 'three';
import { FullScreenQuad, Pass } from 'three/addons/postprocessing/Pass.js';

const vertexShader = /* glsl */ `
in vec3 position;

void main() {
    gl_Position = vec4(position.xy, 0.0, 1.0);
}`;

const fragmentShader = /* glsl */ `
precision highp float;
precision highp sampler2D;

out vec4 rtd_result;
uniform sampler2D rtd_source;  // the picture to restore
uniform sampler2D rtd_image1;  // what pass 1 wrote, RGBA16F
uniform float rtd_strength;

#define rtd_size vec2(textureSize(rtd_source, 0))
#define rtd_here gl_FragCoord.xy
#define rtd_texel(image, at) texelFetch(image, ivec2(at), 0)
#define rtd_mixed(image, at) textureLod(image, (at) / vec2(textureSize(image, 0)), 0.0)

vec3 rtd_decode(vec3 c) {  // sRGB to linear
    if (RTD_VALUES_LINEAR == 1) { return c; }
    vec3 curved = pow((max(c, vec3(0.04045)) + 0.055) / 1.055, vec3(2.4));
    return mix(c / 12.92, curved, greaterThan(c, vec3(0.04045)));
}

vec3 rtd_encode(vec3 c) {  // linear to sRGB
    if (RTD_VALUES_LINEAR == 1) { return c; }
    vec3 curved = 1.055 * pow(max(c, vec3(0.0031308)), vec3(1.0 / 2.4)) - 0.055;
    return mix(c * 12.92, curved, greaterThan(c, vec3(0.0031308)));
}

vec2 rtd_inside(vec2 at, vec2 size) {
    return clamp(at, vec2(0.5, 0.5), size - vec2(0.5, 0.5));
}

// the pixel dx to the right and dy down from the one being written
#define rtd_moved(dx, dy) (rtd_here + vec2(dx, -(dy)))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), rtd_size)
#define rtd_at(dx, dy) rtd_decode(rtd_texel(rtd_source, rtd_place(dx, dy)).rgb)
#define rtd_between1(dx, dy) rtd_mixed(rtd_image1, rtd_place(dx, dy)).rgb

#if RTD_PASS == 1

void main() {
    rtd_result = vec4(rtd_at(0, 0), 1.0);
}

#elif RTD_PASS == 2

void main() {
    vec4 original = rtd_texel(rtd_source, rtd_here);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        rtd_result = original;
        return;
    }
    vec3 centre = rtd_decode(original.rgb);
    vec3 filtered = 0.1964159 * centre
        + 0.7184036 * (rtd_between1(0.1484375, -1.0) + rtd_between1(-1.0, -0.1484375)
                       + rtd_between1(1.0, 0.1484375) + rtd_between1(-0.1484375, 1.0))
        - 0.8143399 * (rtd_between1(0.34765625, -2.0) + rtd_between1(-2.0, -0.34765625)
                       + rtd_between1(2.0, 0.34765625) + rtd_between1(-0.34765625, 2.0))
        + 0.5137346 * (rtd_between1(0.546875, -3.4023438) + rtd_between1(-3.4023438, -0.546875)
                       + rtd_between1(3.4023438, 0.546875) + rtd_between1(-0.546875, 3.4023438))
        - 0.21690226 * (rtd_between1(0.65234375, -4.234375) + rtd_between1(-4.234375, -0.65234375)
                        + rtd_between1(4.234375, 0.65234375) + rtd_between1(-0.65234375, 4.234375));
    rtd_result = vec4(rtd_encode(mix(centre, filtered, rtd_strength)), original.a);
}

#endif`;

export class DeblurPass extends Pass {
    // what may be set at any time, for sliders; strength 0.0 is exactly off
    static parameters = {
        strength: { min: 0.0, max: 1.5, label: 'strength of the restoration' },
    };

    constructor({
        strength = 1.0,
        valuesLinear = false,
    } = {}) {
        super();
        this.targets = [LinearFilter].map((filter) => new WebGLRenderTarget(1, 1, {
            type: HalfFloatType,
            minFilter: filter,
            magFilter: filter,
            depthBuffer: false,
        }));
        this.uniforms = {
            rtd_source: { value: null },
            rtd_image1: { value: this.targets[0].texture },
            rtd_strength: { value: strength },
        };
        this.quads = [1, 2].map((number) => new FullScreenQuad(new RawShaderMaterial({
            name: 'DeblurPass ' + number,
            glslVersion: GLSL3,
            defines: { RTD_PASS: number, RTD_VALUES_LINEAR: Number(valuesLinear) },
            uniforms: this.uniforms,
            vertexShader,
            fragmentShader,
            blending: NoBlending,
            depthTest: false,
            depthWrite: false,
        })));
    }

    get strength() { return this.uniforms.rtd_strength.value; }
    set strength(value) { this.uniforms.rtd_strength.value = value; }

    setSize(width, height) {
        for (const target of this.targets) target.setSize(width, height);
    }

    render(renderer, writeBuffer, readBuffer) {
        this.uniforms.rtd_source.value = readBuffer.texture;
        const last = this.renderToScreen ? null : writeBuffer;
        [...this.targets, last].forEach((target, index) => {
            renderer.setRenderTarget(target);
            this.quads[index].render(renderer);
        });
    }

    dispose() {
        for (const target of this.targets) target.dispose();
        for (const quad of this.quads) {
            quad.material.dispose();
            quad.dispose();
        }
    }
}
