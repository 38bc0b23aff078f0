// A WebGPU application: one module, `vertex` and `pass1`, `pass2`, ... as entry points. Group 0:
// binding 0 the parameters, 1 a linear sampler where one is needed, 2 + k image k, 0 the picture.
import { text } from './common.mjs';

const FORMATS = { '16f': 'rgba16float', '32f': 'rgba32float', target: 'rgba8unorm' };

async function newDevice() {
  const adapter = await navigator.gpu.requestAdapter({ forceFallbackAdapter: true });
  if (!adapter) throw new Error('this Chromium has no WebGPU adapter');
  const filterable = ['float32-filterable'].filter((name) => adapter.features.has(name));
  return adapter.requestDevice({ requiredFeatures: filterable });
}

async function compiled(device, code) {
  const module = device.createShaderModule({ code });
  const { messages } = await module.getCompilationInfo();
  const errors = messages.filter((one) => one.type === 'error');
  if (errors.length) {
    throw new Error(errors.map((e) => `${e.lineNum}:${e.linePos} ${e.message}`).join('\n'));
  }
  return module;
}

function newTexture(device, format, [width, height]) {
  const { TEXTURE_BINDING, RENDER_ATTACHMENT, COPY_SRC, COPY_DST } = GPUTextureUsage;
  const usage = TEXTURE_BINDING | RENDER_ATTACHMENT | COPY_SRC | COPY_DST;
  return device.createTexture({ size: [width, height], format, usage });
}

function parameters(device, values) {
  const floats = new Float32Array(4 * Math.ceil(values.length / 4));
  floats.set(values);
  const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
  const buffer = device.createBuffer({ size: floats.byteLength, usage });
  device.queue.writeBuffer(buffer, 0, floats);
  return buffer;
}

// [what the layout says, what is bound], for each binding of the pass that writes image `number`
function bindings(device, job, buffer, images) {
  const visibility = GPUShaderStage.FRAGMENT;
  const found = [[{ binding: 0, visibility, buffer: {} }, { buffer }]];
  if (job.sampled.length) {
    const sampler = device.createSampler({ minFilter: 'linear', magFilter: 'linear' });
    found.push([{ binding: 1, visibility, sampler: {} }, sampler]);
  }
  images.forEach((image, k) => {
    const plain = image.format === 'rgba32float' && !device.features.has('float32-filterable');
    const texture = { sampleType: plain ? 'unfilterable-float' : 'float' };
    found.push([{ binding: 2 + k, visibility, texture }, image.createView()]);
  });
  return found;
}

function drawPass(device, module, entryPoint, target, bound) {
  const entries = bound.map(([entry]) => entry);
  const layout = device.createBindGroupLayout({ entries });
  const group = device.createBindGroup({
    layout,
    entries: bound.map(([{ binding }, resource]) => ({ binding, resource })),
  });
  const pipeline = device.createRenderPipeline({
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    vertex: { module, entryPoint: 'vertex' },
    fragment: { module, entryPoint, targets: [{ format: target.format }] },
  });
  const encoder = device.createCommandEncoder();
  const attachment = { view: target.createView(), loadOp: 'clear', storeOp: 'store' };
  const pass = encoder.beginRenderPass({ colorAttachments: [attachment] });
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  pass.draw(3);
  pass.end();
  device.queue.submit([encoder.finish()]);
}

async function texturePixels(device, texture) {
  const { width, height } = texture;
  const bytesPerRow = 256 * Math.ceil((4 * width) / 256);
  const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
  const buffer = device.createBuffer({ size: bytesPerRow * height, usage });
  const encoder = device.createCommandEncoder();
  encoder.copyTextureToBuffer({ texture }, { buffer, bytesPerRow }, [width, height]);
  device.queue.submit([encoder.finish()]);
  await buffer.mapAsync(GPUMapMode.READ);
  const padded = new Uint8Array(buffer.getMappedRange());
  const pixels = new Uint8Array(4 * width * height);
  for (let y = 0; y < height; y++) {
    pixels.set(padded.subarray(bytesPerRow * y, bytesPerRow * y + 4 * width), 4 * width * y);
  }
  return pixels;
}

export async function draw(job) {
  const size = [job.width, job.height];
  const device = await newDevice();
  const module = await compiled(device, await text(job, job.names[0]));
  device.pushErrorScope('validation');
  const buffer = parameters(device, Object.values(job.values));
  const images = [newTexture(device, 'rgba8unorm', size)];
  const layout = { bytesPerRow: 4 * job.width };
  device.queue.writeTexture({ texture: images[0] }, job.image, layout, size);
  job.stores.forEach((store, index) => {
    const target = newTexture(device, FORMATS[store], size);
    const bound = bindings(device, job, buffer, images);
    drawPass(device, module, `pass${index + 1}`, target, bound);
    images.push(target);
  });
  const refused = await device.popErrorScope();
  if (refused) throw new Error(refused.message);
  return texturePixels(device, images.at(-1));
}
