// A Babylon.js application: a picture as background layer, the exported post-process on its camera.
import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { Engine } from '@babylonjs/core/Engines/engine.js';
import { Layer } from '@babylonjs/core/Layers/layer.js';
import { RawTexture } from '@babylonjs/core/Materials/Textures/rawTexture.js';
import { Texture } from '@babylonjs/core/Materials/Textures/texture.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Scene } from '@babylonjs/core/scene.js';
import { canvasPixels, exported, newCanvas, upsideDown } from './common.mjs';

function showPicture({ image, width, height }, scene) {
  const layer = new Layer('picture', null, scene);
  layer.texture = RawTexture.CreateRGBATexture(
    upsideDown(image, width), width, height, scene, false, false, Texture.NEAREST_SAMPLINGMODE,
  );
}

// a scene waits for ever for an effect that does not compile
async function compiled(effects) {
  while (!effects.every((one) => one.isReady())) {
    const refused = effects.map((one) => one.getCompilationError()).filter(Boolean);
    if (refused.length) throw new Error(refused.join('\n'));
    await new Promise((next) => setTimeout(next, 5));
  }
}

export async function draw(job) {
  const { width, height } = job;
  const DeblurPostProcess = await exported(job, 'DeblurPostProcess');
  const canvas = newCanvas(width, height);
  const engine = new Engine(canvas, false, { preserveDrawingBuffer: true });
  const scene = new Scene(engine);
  const camera = new FreeCamera('camera', new Vector3(0, 0, -1), scene);
  showPicture(job, scene);
  const deblur = new DeblurPostProcess(camera);
  Object.assign(deblur, job.values);
  await compiled(camera._postProcesses.map((one) => one.getEffect()));
  await scene.whenReadyAsync();
  scene.render();
  return canvasPixels(engine._gl, width, height);
}
