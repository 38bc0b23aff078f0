// rtdeconv: golden plan
//
// install  import { DeblurFilter } from './tunable.pixi.js';
//          sprite.filters = [new DeblurFilter({ strength: 1.0 })];
//          PixiJS 8.21 or later, preference: 'webgl'
// design   made by hand
//          for the tests
// input    what is filtered, 8 bits, premultiplied alpha, scaleMode 'linear' (the default);
//          alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    display-encoded values are added up as they are
//          values are taken as sRGB-encoded; valuesLinear says otherwise
//          (bilinear fetches mix values as they arrive: it is then an approximation)
// border   clamp: positions outside read the nearest edge pixel
// cost     14 fetches in 2 passes; 4 of them bilinear
//          weights of the bands at every pixel: 2 exponentials
// remake   rtdeconv export
//
// pass 1, taps on the source in thousandths, its bilinear fetches taken together:
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

import {
    Filter, GlProgram, Texture, TexturePool, UniformGroup, defaultFilterVert as vertex,
} from 'pixi.js';

const fragmentShader = /* glsl */ `
precision highp float;
precision highp sampler2D;

in vec2 vTextureCoord;
out vec4 finalColor;
uniform sampler2D uTexture;    // the picture to restore
uniform sampler2D rtd_image1;  // what pass 1 wrote, RGBA16F
uniform vec4 uInputClamp;
uniform float rtd_strength;
uniform float rtd_sigma;
uniform float rtd_noise;

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
#define rtd_at1(dx, dy) rtd_texel(rtd_image1, rtd_place(dx, dy)).rgb
#define rtd_between(dx, dy) rtd_encode(rtd_mixed(uTexture, rtd_place(dx, dy)).rgb)

// What the two bands weigh for the least expected error under this noise and a Gaussian
// blur of sigma pixels: a.x c.x + a.y c.y = r.x, a.y c.x + a.z c.y = r.y. Taken over all
// frequencies, a and r are sums of Gaussians in sigma.
vec2 rtd_coefficients(float sigma, float noise) {
    float blur = clamp(sigma, 0.3, 2.0);
    float power = noise * noise + 0.0000009536743;  // and rounding
    vec3 a = power * vec3(0.625, 0.125, 0.0625);
    vec2 r = power * vec2(-0.75, -0.1875);
    float g = exp(-0.5 * blur * blur);
    a += g * vec3(0.001, 0.0005, 0.002);
    r += g * vec2(0.004, 0.001);
    g = exp(-8.0 * blur * blur);
    a += g * vec3(0.002, 0.0, -0.0005);
    r += g * vec2(-0.001, 0.0005);
    vec2 c = vec2(a.z * r.x - a.y * r.y, a.x * r.y - a.y * r.x) / (a.x * a.z - a.y * a.y);
    return c * smoothstep(0.05, 0.3, sigma);  // sharp already: none
}

#if RTD_PASS == 1

void main() {
    vec3 filtered = 0.25 * (rtd_between(-0.5, -0.5) + rtd_between(0.5, -0.5)
                            + rtd_between(-0.5, 0.5) + rtd_between(0.5, 0.5));
    finalColor = vec4(filtered, 1.0);
}

#elif RTD_PASS == 2

void main() {
    vec4 original = rtd_texel(uTexture, rtd_here);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        finalColor = original;
        return;
    }
    vec3 centre = rtd_encode(original.rgb);
    vec2 c = rtd_coefficients(rtd_sigma, rtd_noise);
    vec3 band1 = centre - rtd_at1(0, 0);
    vec3 band2 = 0.75 * rtd_at1(0, 0)
        - 0.125 * (rtd_at1(0, -2) + rtd_at1(-2, 0) + rtd_at1(2, 0) + rtd_at1(0, 2))
        - 0.0625 * (rtd_at1(-2, -2) + rtd_at1(2, -2) + rtd_at1(-2, 2) + rtd_at1(2, 2));
    vec3 filtered = centre + c.x * band1 + c.y * band2;
    finalColor = vec4(rtd_decode(mix(centre, filtered, rtd_strength)), original.a);
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
        sigma: { min: 0.0, max: 2.0, label: 'blur, sigma in px' },
        noise: { min: 0.0, max: 0.1, label: 'noise, sigma on the 0..1 scale' },
    };

    constructor({
        strength = 1.0,
        sigma = 0.75,
        noise = 0.0078125,
        valuesLinear = false,
        ...options
    } = {}) {
        const deblurUniforms = new UniformGroup({
            rtd_strength: { value: strength, type: 'f32' },
            rtd_sigma: { value: sigma, type: 'f32' },
            rtd_noise: { value: noise, type: 'f32' },
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
    get sigma() { return this.resources.deblurUniforms.uniforms.rtd_sigma; }
    set sigma(value) { this.resources.deblurUniforms.uniforms.rtd_sigma = value; }
    get noise() { return this.resources.deblurUniforms.uniforms.rtd_noise; }
    set noise(value) { this.resources.deblurUniforms.uniforms.rtd_noise = value; }

    apply(filterManager, input, output, clearMode) {
        const images = ['nearest'].map((scaleMode) => TexturePool.getOptimalTexture({
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
