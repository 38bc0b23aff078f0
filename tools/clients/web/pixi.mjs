// A PixiJS application: the exported filter on a sprite that fills the screen, or (job.inset) on a
// smaller one, whose filter works in a corner of a larger pooled texture.
import { Application, BufferImageSource, Sprite, Texture } from 'pixi.js';
import { canvasPixels, exported } from './common.mjs';

function cut(pixels, wide, { inset, width, height }) {
  const out = new Uint8Array(4 * width * height);
  for (let y = 0; y < height; y++) {
    const from = 4 * ((y + inset) * wide + inset);
    out.set(pixels.subarray(from, from + 4 * width), 4 * width * y);
  }
  return out;
}

export async function draw(job) {
  const { width, height, inset } = job;
  const DeblurFilter = await exported(job, 'DeblurFilter');
  const [wide, high] = [width + 2 * inset, height + 2 * inset];
  const app = new Application();
  await app.init({
    width: wide, height: high, preference: 'webgl', antialias: false, autoStart: false,
    preserveDrawingBuffer: true,
  });
  const source = new BufferImageSource({
    resource: job.image, width, height, format: 'rgba8unorm', scaleMode: 'nearest',
  });
  const sprite = new Sprite(new Texture({ source }));
  sprite.position.set(inset, inset);
  const filter = new DeblurFilter();
  Object.assign(filter, job.values);
  sprite.filters = [filter];
  app.stage.addChild(sprite);
  app.render();
  return cut(canvasPixels(app.renderer.gl, wide, high), wide, job);
}
