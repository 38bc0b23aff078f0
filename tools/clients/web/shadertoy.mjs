// Shadertoy: a file for each tab, rows run upwards, image k in iChannel k (0 is the picture).
import { text, upsideDown } from './common.mjs';
import { context, drawPass, program, targetPixels, texture } from './webgl.mjs';

const CHANNELS = [0, 1, 2, 3];
const BEFORE = `#version 300 es
precision highp float;
precision highp int;
uniform vec3 iResolution;
uniform float iTime;
uniform int iFrame;
uniform vec4 iMouse;
uniform vec3 iChannelResolution[4];
${CHANNELS.map((k) => `uniform sampler2D iChannel${k};`).join('\n')}
out vec4 shadertoy_out_color;
`;
const AFTER = `
void main() {
    vec4 color = vec4(1e20);
    mainImage(color, gl_FragCoord.xy);
    shadertoy_out_color = color;
}`;

// the text of the tab whose file is NAME.<tab>.glsl, the values of its defines set by hand
async function tab(job, name) {
  const file = job.names.find((one) => one.endsWith(`.${name}.glsl`));
  if (!file && name !== 'common') throw new Error(`no file for the tab ${name}`);
  return file ? text(job, file) : '';
}

// what a user does in the editor: type another number behind the #define
function typed(source, values) {
  return Object.entries(values).reduce((edited, [name, value]) => {
    const line = new RegExp(`^(#define rtd_${name} +)[-+.0-9e]+`, 'm');
    if (!line.test(edited)) throw new Error(`no line '#define rtd_${name} NUMBER'`);
    return edited.replace(line, `$1${Number.isInteger(value) ? value.toFixed(1) : value}`);
  }, source);
}

export async function draw(job) {
  const { width, height } = job;
  const gl = context(width, height);
  const count = job.stores.length;
  if (count > CHANNELS.length) throw new Error(`${count} passes; a tab reads 4 channels`);
  // a texture's own settings there: mipmap (LINEAR at 1:1), repeat, VFlip; a buffer's: clamp
  const images = [
    texture(gl, 'RGBA8', width, height, {
      linear: true, wrap: 'REPEAT', pixels: upsideDown(job.image, width),
    }),
  ];
  const size = [width, height, 1];
  const settings = { iResolution: size };
  for (const k of CHANNELS) settings[`iChannelResolution[${k}]`] = size;
  const common = await tab(job, 'common');
  for (let number = 1; number <= count; number++) {
    const name = number === count ? 'image' : `buffer-${'abc'[number - 1]}`;
    const source = typed(`${common}\n${await tab(job, name)}`, job.values);
    const compiled = program(gl, BEFORE + source + AFTER);
    const format = number === count ? 'RGBA8' : 'RGBA32F';
    const target = texture(gl, format, width, height, { linear: true, wrap: 'CLAMP_TO_EDGE' });
    const inputs = Object.fromEntries(images.map((image, k) => [`iChannel${k}`, image]));
    drawPass(gl, compiled, target, inputs, settings);
    images.push(target);
  }
  return upsideDown(targetPixels(gl, width, height), width);
}
