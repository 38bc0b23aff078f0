"""A Panda3D scene, soft as games often are, sharpened by the exported shader as a post-process.

    pip install panda3d
    python demos/panda_scene.py [--soft gaussian:0.9 | --soft upscale:1.5:bilinear] [--window]

Writes out/panda.png, the left half without the shader and the right half with it, and prints the
PSNR of both against the sharp rendering. With --window: Space turns the shader on and off.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from direct.filter.FilterManager import FilterManager
from direct.showbase.ShowBase import ShowBase
from numpy.typing import NDArray
from panda3d.core import (
    AntialiasAttrib,
    FrameBufferProperties,
    GraphicsOutput,
    NodePath,
    SamplerState,
    Shader,
    Texture,
    Vec2,
    load_prc_file_data,
)

from rtdeconv import design
from rtdeconv.blur.base import Blur
from rtdeconv.blur.gaussian import Gaussian
from rtdeconv.blur.spec import parse_blur
from rtdeconv.blur.upscale import Upscale
from rtdeconv.designer import Design
from rtdeconv.media.pictures import Picture, write_picture
from rtdeconv.metrics import psnr_db

ROOT = Path(__file__).parent.parent
WIDTH, HEIGHT = 960, 540

SETTINGS = f"""
win-size {WIDTH} {HEIGHT}
win-fixed-size 1
window-title Panda, Space: deblurring on or off
gl-version 3 3
textures-power-2 none
texture-anisotropic-degree 8
texture-minfilter mipmap
framebuffer-multisample 1
multisamples 4
audio-library-name null
"""

VERTEX = """\
#version 330
uniform mat4 p3d_ModelViewProjectionMatrix;
in vec4 p3d_Vertex;
void main() { gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex; }
"""

LENS = """\
#version 330
uniform sampler2D sharp;
uniform float sigma_px;
out vec4 result;

vec3 decode(vec3 c) {
    vec3 curved = pow((max(c, 0.04045) + 0.055) / 1.055, vec3(2.4));
    return mix(c / 12.92, curved, greaterThan(c, vec3(0.04045)));
}

vec3 encode(vec3 c) {
    vec3 curved = 1.055 * pow(max(c, 0.0031308), vec3(1.0 / 2.4)) - 0.055;
    return mix(c * 12.92, curved, greaterThan(c, vec3(0.0031308)));
}

void main() {
    ivec2 last = textureSize(sharp, 0) - 1;
    vec4 sum = vec4(0.0);
    for (int y = -6; y <= 6; y++) {
        for (int x = -6; x <= 6; x++) {
            ivec2 at = clamp(ivec2(gl_FragCoord.xy) + ivec2(x, y), ivec2(0), last);
            float weight = exp(-0.5 * float(x * x + y * y) / (sigma_px * sigma_px));
            sum += weight * vec4(decode(texelFetch(sharp, at, 0).rgb), 1.0);
        }
    }
    result = vec4(encode(sum.rgb / sum.a), 1.0);
}
"""
"""What a lens or temporal anti-aliasing leaves: a Gaussian, of light."""


UPSCALER = """\
#version 330
uniform sampler2D sharp;
uniform vec2 target;
out vec4 result;
void main() { result = texture(sharp, gl_FragCoord.xy / target); }
"""
"""What drawing fewer pixels than the window has leaves."""


def main() -> None:
    """Runs the demonstration."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--soft", default="gaussian:0.9", help="gaussian:S or upscale:F:bilinear")
    parser.add_argument("--window", action="store_true", help="interactive: Space toggles")
    parser.add_argument("--out", type=Path, default=ROOT / "out")
    given = parser.parse_args()
    blur = parse_blur(given.soft)
    if isinstance(blur, Upscale):  # mixes the values it finds
        found = design(blur, light="encoded")
    else:  # a lens mixes light, in which halos show beside hard edges
        found = design(blur, max_overshoot=0.05)

    where = "" if given.window else "window-type offscreen\nload-display p3headlessgl\n"
    load_prc_file_data("", SETTINGS + where)
    base = ShowBase()
    panda = _scene(base)
    quad = _softened_and_restored(base, blur, found)
    if given.window:
        _play(base, panda, quad)
    else:
        given.out.mkdir(parents=True, exist_ok=True)
        _compare(base, quad, found, given.out / "panda.png")


def _scene(base: ShowBase) -> NodePath:
    """What Panda3D itself brings along: a wood, and a panda, which is returned."""
    wood = base.loader.load_model("models/environment")
    wood.reparent_to(base.render)
    wood.set_scale(0.25)
    wood.set_pos(-8, 42, 0)
    panda = base.loader.load_model("models/panda")
    panda.reparent_to(base.render)
    panda.set_scale(0.5)
    panda.set_h(30)
    base.render.set_antialias(AntialiasAttrib.M_multisample)
    base.disable_mouse()
    base.camera.set_pos(0, -16, 4)
    base.camera.look_at(0, 0, 3)
    return panda


def _softened_and_restored(base: ShowBase, blur: Blur, found: Design) -> NodePath:
    """The chain behind the camera: scene, softness, then the exported shader's passes; the quad in
    the window that runs the last of them."""
    factor = blur.factor if isinstance(blur, Upscale) else 1.0
    size = round(WIDTH / factor), round(HEIGHT / factor)
    manager = FilterManager(base.win, base.cam, *size)
    scene = _texture("sharp")
    last = manager.render_scene_into(colortex=scene, fbprops=_bits(8, multisamples=4))
    soft = _texture("rtd_source")
    between = manager.render_quad_into(mul=factor, colortex=soft)
    if isinstance(blur, Gaussian):
        between.set_shader(Shader.make(Shader.SL_GLSL, VERTEX, LENS))
        between.set_shader_inputs(sharp=scene, sigma_px=blur.sigma_px)
    else:
        _filter_between_pixels(scene)
        between.set_shader(Shader.make(Shader.SL_GLSL, VERTEX, UPSCALER))
        between.set_shader_inputs(sharp=scene, target=Vec2(WIDTH, HEIGHT))

    images = [soft]
    for number, one in enumerate(found.plan.passes[:-1], start=1):
        half = one.store == "16f"
        image = _texture(f"rtd_image{number}")
        image.set_format(Texture.F_rgba16 if half else Texture.F_rgba32)
        image.set_component_type(Texture.T_float)
        quad = manager.render_quad_into(
            mul=factor, colortex=image, fbprops=_bits(16 if half else 32, floats=True)
        )
        _shade(quad, found, number, images)
        images.append(image)
    for number in found.plan.sampled_images:
        _filter_between_pixels(images[number])
    _shade(last, found, len(images), images)
    return last


def _shade(quad: NodePath, found: Design, number: int, images: list[Texture]) -> None:
    """Pass ``number`` of the exported shader on ``quad``; rows of textures begin at the bottom."""
    version, _, rest = found.export("glsl330").partition("\n")
    text = f"{version}\n#define RTD_PASS {number}\n#define RTD_ROWS_UP 1\n{rest}"
    quad.set_shader(Shader.make(Shader.SL_GLSL, VERTEX, text))
    quad.set_shader_inputs(rtd_strength=1.0, **{image.name: image for image in images})


def _texture(name: str) -> Texture:
    texture = Texture(name)
    texture.set_minfilter(SamplerState.FT_nearest)
    texture.set_magfilter(SamplerState.FT_nearest)
    texture.set_wrap_u(SamplerState.WM_clamp)
    texture.set_wrap_v(SamplerState.WM_clamp)
    return texture


def _filter_between_pixels(texture: Texture) -> None:
    texture.set_minfilter(SamplerState.FT_linear)
    texture.set_magfilter(SamplerState.FT_linear)


def _bits(bits: int, **more: Any) -> FrameBufferProperties:
    wanted = FrameBufferProperties()
    wanted.set_rgba_bits(bits, bits, bits, bits)
    wanted.set_float_color(more.get("floats", False))
    wanted.set_depth_bits(24)
    wanted.set_multisamples(more.get("multisamples", 0))
    return wanted


def _play(base: ShowBase, panda: NodePath, quad: NodePath) -> None:
    on = [True]

    def toggle() -> None:
        on[0] = not on[0]
        quad.set_shader_input("rtd_strength", float(on[0]))

    base.accept("space", toggle)
    base.accept("escape", base.userExit)
    panda.hprInterval(30, (390, 0, 0), (30, 0, 0)).loop()
    base.run()


def _compare(base: ShowBase, quad: NodePath, found: Design, path: Path) -> None:
    """Off and on beside each other, and both against the scene without any softness."""
    shown = Texture()
    plain = base.win.make_texture_buffer("", WIDTH, HEIGHT, shown, True, _bits(8, multisamples=4))
    base.make_camera(plain, lens=base.camLens)  # beside the first, on the same stand
    shots = {}
    for name, strength in (("off", 0.0), ("on", 1.0)):
        quad.set_shader_input("rtd_strength", strength)
        shots[name] = _shot(base)
    sharp = _pixels(shown)
    print(f"design: {found.filter.label}, {found.plan.fetches} fetches")
    for name, shot in shots.items():
        print(f"shader {name:3}: {psnr_db(shot / 255, sharp / 255):.2f} dB against the sharp scene")
    both = shots["off"].copy()
    both[:, WIDTH // 2 :] = shots["on"][:, WIDTH // 2 :]
    both[:, WIDTH // 2] = 255
    write_picture(path, Picture(both))
    print(f"wrote {path}")


def _shot(base: ShowBase) -> NDArray[np.uint8]:
    shown = Texture()
    base.win.add_render_texture(shown, GraphicsOutput.RTM_copy_ram)
    for _ in range(2):
        base.graphics_engine.render_frame()
    base.win.clear_render_textures()
    return _pixels(shown)


def _pixels(texture: Texture) -> NDArray[np.uint8]:
    pixels = np.frombuffer(texture.get_ram_image_as("RGB"), np.uint8)
    return pixels.reshape(HEIGHT, WIDTH, 3)[::-1]


if __name__ == "__main__":
    main()
