// A three.js application: a textured plane, RenderPass, the exported pass, the screen. The composer
// keeps 8 bits and nothing converts colours, so encoded values arrive, as behind an OutputPass.
import * as THREE from 'three';
import { EffectComposer } from 'three/addons/postprocessing/EffectComposer.js';
import { RenderPass } from 'three/addons/postprocessing/RenderPass.js';
import { canvasPixels, exported, newCanvas, upsideDown } from './common.mjs';

function picture({ image, width, height }) {
  const map = new THREE.DataTexture(upsideDown(image, width), width, height);
  map.needsUpdate = true;
  const plane = new THREE.PlaneGeometry(2, 2);
  return new THREE.Mesh(plane, new THREE.MeshBasicMaterial({ map, toneMapped: false }));
}

export async function draw(job) {
  const { width, height } = job;
  const DeblurPass = await exported(job, 'DeblurPass');
  const renderer = new THREE.WebGLRenderer({
    canvas: newCanvas(width, height), preserveDrawingBuffer: true,
  });
  renderer.outputColorSpace = THREE.LinearSRGBColorSpace;
  renderer.setSize(width, height);
  const scene = new THREE.Scene().add(picture(job));
  const target = new THREE.WebGLRenderTarget(width, height, { type: THREE.UnsignedByteType });
  const composer = new EffectComposer(renderer, target);
  composer.addPass(new RenderPass(scene, new THREE.OrthographicCamera(-1, 1, 1, -1, -1, 1)));
  const pass = new DeblurPass();
  Object.assign(pass, job.values);
  composer.addPass(pass);
  composer.render();
  return canvasPixels(renderer.getContext(), width, height);
}
