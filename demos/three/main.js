// Scene, softness, OutputPass and then the exported pass, the picture wiped between off and on.
// ?sigma=0.9 blurs by a Gaussian of that many pixels, ?scale=1.5 draws as many fewer pixels and
// enlarges them; ?still=1280x720 sends pictures of that size to the server instead of playing.
import * as THREE from 'three';
import { GUI } from 'three/addons/libs/lil-gui.module.min.js';
import { EffectComposer } from 'three/addons/postprocessing/EffectComposer.js';
import { OutputPass } from 'three/addons/postprocessing/OutputPass.js';
import { FullScreenQuad, Pass } from 'three/addons/postprocessing/Pass.js';
import { CopyShader } from 'three/addons/shaders/CopyShader.js';
import { courtyard } from './courtyard.js';
import { DeblurPass } from './deblur.three.js';

const asked = new URLSearchParams(location.search);
const still = asked.get('still');
const softness = { sigma: Number(asked.get('sigma') ?? 0), scale: Number(asked.get('scale') ?? 1) };

const blurred = /* glsl */ `
uniform sampler2D picture;
uniform float sigma;
varying vec2 vUv;

void main() {
    vec2 texel = 1.0 / vec2(textureSize(picture, 0));
    vec4 sum = vec4(0.0);
    for (float y = -4.0; y <= 4.0; y++) {
        for (float x = -4.0; x <= 4.0; x++) {
            float weight = exp(-0.5 * (x * x + y * y) / max(sigma * sigma, 0.001));
            sum += weight * vec4(texture(picture, vUv + vec2(x, y) * texel).rgb, 1.0);
        }
    }
    gl_FragColor = vec4(sum.rgb / sum.a, 1.0);
}`;

// the scene as soft as temporal antialiasing (sigma) or dynamic resolution (scale) leave it
class SoftRenderPass extends Pass {
    constructor(scene, camera, softness) {
        super();
        Object.assign(this, { scene, camera, softness });
        this.target = new THREE.WebGLRenderTarget(1, 1, { type: THREE.HalfFloatType, samples: 4 });
        this.uniforms = { picture: { value: this.target.texture }, sigma: { value: 0 } };
        this.quad = new FullScreenQuad(new THREE.ShaderMaterial({
            uniforms: this.uniforms,
            vertexShader: CopyShader.vertexShader,
            fragmentShader: blurred,
        }));
    }

    setSize(width, height) {
        const { scale } = this.softness;
        this.target.setSize(Math.round(width / scale), Math.round(height / scale));
    }

    render(renderer, writeBuffer) {
        this.uniforms.sigma.value = this.softness.sigma;
        renderer.setRenderTarget(this.target);
        renderer.render(this.scene, this.camera);
        renderer.setRenderTarget(writeBuffer);
        this.quad.render(renderer);
    }
}

// a pass that is off to the left of `position`, 0 to 1, and as it is set to the right
class WipePass extends Pass {
    constructor(inner) {
        super();
        Object.assign(this, { inner, position: 0.5, on: true });
        inner.renderToScreen = true;
    }

    setSize(width, height) {
        this.inner.setSize(width, height);
    }

    render(renderer, writeBuffer, readBuffer) {
        const { x: width, y: height } = renderer.getSize(new THREE.Vector2());
        const at = Math.round(this.position * width);
        const { strength } = this.inner;
        renderer.setScissorTest(true);
        for (const [left, right, drawn] of [[0, at, 0], [at, width, this.on ? strength : 0]]) {
            if (left === right) continue;
            renderer.setScissor(left, 0, right - left, height);
            this.inner.strength = drawn;
            this.inner.render(renderer, writeBuffer, readBuffer);
        }
        renderer.setScissorTest(false);
        this.inner.strength = strength;
    }
}

const renderer = new THREE.WebGLRenderer({ preserveDrawingBuffer: Boolean(still) });
renderer.shadowMap.enabled = true;
document.body.append(renderer.domElement);

const { scene, camera, move } = courtyard();
const composer = new EffectComposer(renderer);
const picture = new SoftRenderPass(scene, camera, softness);
const deblur = new DeblurPass();
const wipe = new WipePass(deblur);
composer.addPass(picture);
composer.addPass(new OutputPass());
composer.addPass(wipe);

function fit(width, height) {
    camera.aspect = width / height;
    camera.updateProjectionMatrix();
    renderer.setSize(width, height);
    composer.setSize(width, height);
}

function play() {
    const gui = new GUI({ title: 'left: off, right: on (Space)', width: 380 });
    for (const [name, { min, max, label }] of Object.entries(DeblurPass.parameters)) {
        gui.add(deblur, name, min, max).name(label);
    }
    addEventListener('pointermove', (event) => { wipe.position = event.clientX / innerWidth; });
    addEventListener('keydown', (event) => {
        if (event.code === 'Space') wipe.on = !wipe.on;
    });
    addEventListener('resize', () => fit(innerWidth, innerHeight));
    fit(innerWidth, innerHeight);
    renderer.setAnimationLoop((ms) => {
        move(ms / 1000);
        composer.render();
    });
}

async function send() {
    const [width, height] = still.split('x').map(Number);
    const none = { sigma: 0, scale: 1 };
    const shots = [
        ['off', 1, softness], ['on', 0, softness], ['both', 0.5, softness], ['sharp', 1, none],
    ];
    move(0);
    for (const [name, position, left] of shots) {
        wipe.position = position;
        picture.softness = left;
        fit(width, height);
        composer.render();
        const body = await new Promise((made) => renderer.domElement.toBlob(made));
        await fetch(name, { method: 'POST', body });
    }
}

if (still) send();
else play();
