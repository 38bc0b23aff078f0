// A WebGL 2 application: the file compiled once for each pass, row 0 of its textures on top.
import { text } from './common.mjs';
import { context, drawPass, program, targetPixels, texture } from './webgl.mjs';

export async function draw(job) {
  const { width, height } = job;
  const gl = context(width, height);
  const [version, ...rest] = (await text(job, job.names[0])).split('\n');
  const settings = Object.fromEntries(
    Object.entries(job.values).map(([name, value]) => [`rtd_${name}`, value]),
  );
  // REPEAT is a texture's own wrap mode: a file that clamps only by the sampler is found out
  const made = (format, k, pixels) =>
    texture(gl, format, width, height, { linear: job.sampled.includes(k), wrap: 'REPEAT', pixels });
  const images = { rtd_source: made('RGBA8', 0, job.image) };
  job.stores.forEach((store, index) => {
    const number = index + 1;
    const target = made({ '16f': 'RGBA16F', '32f': 'RGBA32F', target: 'RGBA8' }[store], number);
    const compiled = program(gl, [version, `#define RTD_PASS ${number}`, ...rest].join('\n'));
    drawPass(gl, compiled, target, images, settings);
    images[`rtd_image${number}`] = target;
  });
  return targetPixels(gl, width, height);
}
