// What the pages share. A page module exports `draw(job)`, which resolves to RGBA bytes, row 0 on
// top. job: {names, folder, width, height, image, stores, sampled, values, ...} of driver.mjs.

export async function drawn(page, job) {
  const bytes = Uint8Array.from(atob(job.image), (c) => c.charCodeAt(0));
  const { draw } = await import(`/web/${page}.mjs`);
  const pixels = await draw({ ...job, image: bytes });
  return btoa(Array.from(pixels, (code) => String.fromCharCode(code)).join(''));
}

export async function text(job, name) {
  return (await fetch(job.folder + name)).text();
}

// the named export of the job's main file
export async function exported(job, name) {
  const module = await import(job.folder + job.names[0]);
  if (!(name in module)) throw new Error(`${job.names[0]} exports no ${name}`);
  return module[name];
}

export function newCanvas(width, height) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  canvas.style.display = 'block';
  document.body.append(canvas);
  return canvas;
}

// the default framebuffer's pixels; GL's row 0 is the canvas's bottom
export function canvasPixels(gl, width, height) {
  const pixels = new Uint8Array(4 * width * height);
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  return upsideDown(pixels, width);
}

export function upsideDown(pixels, width) {
  const turned = new Uint8Array(pixels.length);
  const row = 4 * width;
  for (let at = 0; at < pixels.length; at += row) {
    turned.set(pixels.subarray(at, at + row), pixels.length - row - at);
  }
  return turned;
}
