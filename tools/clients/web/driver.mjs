// Draws jobs in one Chromium, each in a page of its own: node driver.mjs < request > answer.
// request {modules, web, page, jobs: [{files, ...}]}; answer [{pixels: base64 RGBA} | {error}].
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { text } from 'node:stream/consumers';

const request = JSON.parse(await text(process.stdin));
const { chromium } = createRequire(join(request.modules, 'package.json'))('playwright-core');

const JOB_SECONDS = 60;
const TYPES = { '.mjs': 'text/javascript', '.js': 'text/javascript', '.html': 'text/html' };

// GL errors are console warnings in Chromium; its other warnings are about speed
const COMPLAINT = /GL_INVALID|INVALID_(ENUM|VALUE|OPERATION|FRAMEBUFFER)|PixiJS Warning/;

// the pages' imports name packages as a bundler's user would; the map is the page's bundler
const IMPORTS = {
  three: '/npm/three/build/three.module.js',
  'three/addons/': '/npm/three/examples/jsm/',
  '@babylonjs/core/': '/npm/@babylonjs/core/',
  'pixi.js': '/npm/pixi.js/dist/pixi.min.mjs',
};
const HTML = `<!doctype html><link rel="icon" href="data:,">
<style>body { margin: 0 }</style>
<script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>`;

async function content(path) {
  const [, root, ...rest] = normalize(decodeURIComponent(path)).split('/');
  if (root === '') return HTML;
  if (root === 'jobs') return request.jobs[rest[0]].files[rest.slice(1).join('/')];
  const folder = { npm: request.modules, web: request.web }[root];
  return readFile(join(folder, ...rest));
}

async function serve(asked, reply) {
  const path = new URL(asked.url, 'http://localhost').pathname;
  const type = TYPES[extname(path) || '.html'] ?? 'text/plain';
  try {
    const body = await content(path);
    const kept = path.startsWith('/npm/') ? 'max-age=3600' : 'no-store';
    const headers = { 'Content-Type': type, 'Cache-Control': kept };
    reply.writeHead(body === undefined ? 404 : 200, headers).end(body);
  } catch {
    reply.writeHead(404).end();
  }
}

async function drawn(context, origin, index) {
  const { files, ...job } = request.jobs[index];
  const said = [];
  const page = await context.newPage();
  page.on('pageerror', (error) => said.push(String(error)));
  page.on('console', (message) => {
    const words = message.text();
    if (message.type() === 'error' || COMPLAINT.test(words)) said.push(words);
  });
  page.setDefaultTimeout(1000 * JOB_SECONDS);
  try {
    await page.goto(origin);
    const names = Object.keys(files);
    const given = { ...job, names, folder: `/jobs/${index}/` };
    const drawing = page.evaluate(
      async ([name, job]) => (await import('/web/common.mjs')).drawn(name, job),
      [request.page, given],
    );
    const late = new Promise((_, refuse) => {
      setTimeout(() => refuse(`no picture after ${JOB_SECONDS} s`), 1000 * JOB_SECONDS).unref();
    });
    const pixels = await Promise.race([drawing, late]);
    return said.length ? { error: said.join('\n') } : { pixels };
  } catch (error) {
    const own = String(error.message ?? error).replace(/^page\.evaluate: |\n +at .*/g, '');
    return { error: [own.trim(), ...said].join('\n') };
  } finally {
    await page.close();
  }
}

const server = createServer(serve);
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const browser = await chromium.launch({
  executablePath: request.chromium, args: request.arguments,
});
try {
  const context = await browser.newContext();
  const origin = `http://127.0.0.1:${server.address().port}/`;
  const answers = [];
  for (const index of request.jobs.keys()) answers.push(await drawn(context, origin, index));
  process.stdout.write(JSON.stringify(answers));
} finally {
  await browser.close();
  server.close();
}
