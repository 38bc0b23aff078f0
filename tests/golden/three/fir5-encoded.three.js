// rtdeconv: golden plan
//
// install  import { DeblurPass } from './fir5-encoded.three.js';
//          composer.addPass(new OutputPass());  // of three/addons, where there is none yet
//          composer.addPass(new DeblurPass({ strength: 1.0 }));
// design   made by hand
//          for the tests
// input    the composer's read buffer; WebGLRenderer;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    behind OutputPass, before film grain; straight behind the blur, before OutputPass,
//          values are linear: valuesLinear
// light    display-encoded values are added up as they are
//          values are taken as sRGB-encoded; valuesLinear says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     16 fetches in 1 pass
// remake   rtdeconv export
//
// pass 1, taps on the source in thousandths:
//     -94    .   62    .   31
//       . -250 -125   62    .
//      62 -125 1656 -125   62
//       .   62 -125 -250    .
//      31    .   62    .    .

import { GLSL3, NoBlending, RawShaderMaterial } from 'three';
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
uniform float rtd_strength;

#define rtd_size vec2(textureSize(rtd_source, 0))
#define rtd_here gl_FragCoord.xy
#define rtd_texel(image, at) texelFetch(image, ivec2(at), 0)

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
#define rtd_at(dx, dy) rtd_encode(rtd_texel(rtd_source, rtd_place(dx, dy)).rgb)

void main() {
    vec4 original = rtd_texel(rtd_source, rtd_here);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        rtd_result = original;
        return;
    }
    vec3 centre = rtd_encode(original.rgb);
    vec3 filtered = 1.65625 * centre
        - 0.125 * (rtd_at(0, -1) + rtd_at(-1, 0) + rtd_at(1, 0) + rtd_at(0, 1))
        - 0.25 * (rtd_at(-1, -1) + rtd_at(1, 1))
        + 0.0625 * (rtd_at(1, -1) + rtd_at(-1, 1) + rtd_at(0, -2) + rtd_at(-2, 0) + rtd_at(2, 0)
                    + rtd_at(0, 2))
        - 0.09375 * rtd_at(-2, -2)
        + 0.03125 * (rtd_at(2, -2) + rtd_at(-2, 2));
    rtd_result = vec4(rtd_decode(mix(centre, filtered, rtd_strength)), original.a);
}`;

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
        this.uniforms = {
            rtd_source: { value: null },
            rtd_strength: { value: strength },
        };
        this.quad = new FullScreenQuad(new RawShaderMaterial({
            name: 'DeblurPass',
            glslVersion: GLSL3,
            defines: { RTD_VALUES_LINEAR: Number(valuesLinear) },
            uniforms: this.uniforms,
            vertexShader,
            fragmentShader,
            blending: NoBlending,
            depthTest: false,
            depthWrite: false,
        }));
    }

    get strength() { return this.uniforms.rtd_strength.value; }
    set strength(value) { this.uniforms.rtd_strength.value = value; }

    render(renderer, writeBuffer, readBuffer) {
        this.uniforms.rtd_source.value = readBuffer.texture;
        renderer.setRenderTarget(this.renderToScreen ? null : writeBuffer);
        this.quad.render(renderer);
    }

    dispose() {
        this.quad.material.dispose();
        this.quad.dispose();
    }
}
