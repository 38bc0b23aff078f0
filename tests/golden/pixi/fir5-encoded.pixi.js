// rtdeconv: golden plan
//
// install  import { DeblurFilter } from './fir5-encoded.pixi.js';
//          sprite.filters = [new DeblurFilter({ strength: 1.0 })];
//          PixiJS 8.21 or later, preference: 'webgl'
// design   made by hand
//          for the tests
// input    what is filtered, 8 bits, premultiplied alpha;
//          alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
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

void main() {
    vec4 original = rtd_texel(uTexture, rtd_here);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        finalColor = original;
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
