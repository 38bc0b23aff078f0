// Raw WebGL 2: textures, targets and full-screen passes.

const VERTEX = `#version 300 es
void main() {
    gl_Position = vec4(4 * (gl_VertexID % 2) - 1, 4 * (gl_VertexID / 2) - 1, 0, 1);
}`;

export function context(width, height) {
  const canvas = new OffscreenCanvas(width, height);
  const gl = canvas.getContext('webgl2', { antialias: false });
  for (const name of ['EXT_color_buffer_float', 'OES_texture_float_linear']) {
    if (!gl.getExtension(name)) throw new Error(`this Chromium's WebGL has no ${name}`);
  }
  gl.viewport(0, 0, width, height);
  return gl;
}

export function texture(gl, format, width, height, { linear, wrap, pixels = null }) {
  const made = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, made);
  gl.texStorage2D(gl.TEXTURE_2D, 1, gl[format], width, height);
  if (pixels) {
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  }
  for (const side of ['MIN', 'MAG']) {
    gl.texParameteri(gl.TEXTURE_2D, gl[`TEXTURE_${side}_FILTER`], linear ? gl.LINEAR : gl.NEAREST);
  }
  for (const axis of ['S', 'T']) {
    gl.texParameteri(gl.TEXTURE_2D, gl[`TEXTURE_WRAP_${axis}`], gl[wrap]);
  }
  return made;
}

export function program(gl, fragment) {
  const made = gl.createProgram();
  for (const [kind, source] of [['VERTEX', VERTEX], ['FRAGMENT', fragment]]) {
    const shader = gl.createShader(gl[`${kind}_SHADER`]);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    const passed = gl.getShaderParameter(shader, gl.COMPILE_STATUS);
    if (!passed) throw new Error(gl.getShaderInfoLog(shader));
    gl.attachShader(made, shader);
  }
  gl.linkProgram(made);
  if (!gl.getProgramParameter(made, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(made));
  return made;
}

// draws into `target`; inputs {sampler: texture}; settings {uniform: number or list of 3}
export function drawPass(gl, made, target, inputs, settings) {
  gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, target, 0);
  gl.useProgram(made);
  Object.entries(inputs).forEach(([sampler, image], unit) => {
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, image);
    gl.uniform1i(gl.getUniformLocation(made, sampler), unit);
  });
  for (const [name, value] of Object.entries(settings)) {
    const at = gl.getUniformLocation(made, name);
    if (Array.isArray(value)) gl.uniform3fv(at, value);
    else gl.uniform1f(at, value);
  }
  gl.drawArrays(gl.TRIANGLES, 0, 3);
}

// the pixels of the target drawn last, in the order of its rows
export function targetPixels(gl, width, height) {
  const pixels = new Uint8Array(4 * width * height);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  if (gl.getError() !== gl.NO_ERROR) throw new Error('WebGL reports an error');
  return pixels;
}
