"""Draws the jobs of a folder with Panda3D: a scene filmed by a camera, then its post-process.

Runs as a process of its own, because an engine is global to its process.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from direct.filter.FilterManager import FilterManager
from direct.showbase.ShowBase import ShowBase
from panda3d.core import (
    CardMaker,
    FrameBufferProperties,
    GraphicsOutput,
    LineStream,
    NodePath,
    Notify,
    OrthographicLens,
    PandaSystem,
    SamplerState,
    Shader,
    Texture,
    WindowProperties,
    load_prc_file_data,
)

from tools.clients.base import Pixels

SETTINGS = """
window-type none
load-display p3headlessgl
gl-version 3 3
audio-library-name null
textures-power-2 none
framebuffer-srgb false
"""

VERTEX = """\
#version 330
uniform mat4 p3d_ModelViewProjectionMatrix;
in vec4 p3d_Vertex;
void main() { gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex; }
"""


def main() -> None:
    """Argument: the folder with jobs.json. Without one, prints Panda3D's version."""
    if len(sys.argv) == 1:
        print(PandaSystem.get_version_string())
        return
    folder = Path(sys.argv[1])
    log = LineStream()
    Notify.ptr().set_ostream_ptr(log, False)
    load_prc_file_data("", SETTINGS)
    base = ShowBase(windowType="none")
    _lines(log)  # about input devices that are not there
    for job in json.loads((folder / "jobs.json").read_text(encoding="utf-8")):
        try:
            pixels = drawn(base, folder, job)
            complaints = _lines(log)
        except AssertionError as error:  # such as a uniform that nothing was given to
            complaints = [*_lines(log), str(error)]
        if complaints:
            (folder / f"{job['name']}.txt").write_text("\n".join(complaints), encoding="utf-8")
        else:
            np.save(folder / f"{job['name']}.out.npy", pixels)


def drawn(base: ShowBase, folder: Path, job: dict[str, Any]) -> Pixels:
    """The window's pixels with the job's passes as the camera's post-process."""
    image: Pixels = np.load(folder / f"{job['name']}.in.npy")
    height, width = image.shape[:2]
    window = base.open_window(
        type="offscreen",
        props=WindowProperties(size=(width, height)),
        fbprops=_integers(8),
        makeCamera=False,
    )
    camera = base.make_camera(window, scene=_scene_of(image), lens=_whole_card())
    manager = FilterManager(window, camera)
    _add_passes(manager, job)
    shown = Texture()
    window.add_render_texture(shown, GraphicsOutput.RTM_copy_ram)
    base.graphics_engine.render_frame()
    base.graphics_engine.render_frame()
    pixels = np.frombuffer(shown.get_ram_image_as("RGB"), np.uint8).reshape(height, width, 3)
    manager.cleanup()
    base.close_window(window)
    return pixels[::-1].copy()


def _add_passes(manager: FilterManager, job: dict[str, Any]) -> None:
    """What the camera sees goes through all passes, the last of which draws into the window."""
    is_linear = [number in job["linear"] for number in range(len(job["passes"]))]
    images = [_texture("rtd_source", is_linear[0])]
    bits = 8
    if is_linear[0]:
        # software GL rounds what it mixes from 8 bits to 8 bits again; GPUs do not
        bits = 16
        images[0].set_format(Texture.F_rgba16)
        images[0].set_component_type(Texture.T_unsigned_short)
    last = manager.render_scene_into(colortex=images[0], fbprops=_integers(bits))
    for number, text in enumerate(job["passes"][:-1], start=1):
        image = _texture(f"rtd_image{number}", is_linear[number])
        bits = 32 if job["stores"][number - 1] == "32f" else 16
        image.set_format(Texture.F_rgba32 if bits == 32 else Texture.F_rgba16)
        image.set_component_type(Texture.T_float)
        quad = manager.render_quad_into(colortex=image, fbprops=_floats(bits))
        _shade(quad, text, images, job["values"])
        images.append(image)
    _shade(last, job["passes"][-1], images, job["values"])


def _shade(quad: NodePath, text: str, images: list[Texture], values: dict[str, Any]) -> None:
    quad.set_shader(Shader.make(Shader.SL_GLSL, VERTEX, text))
    for image in images:
        quad.set_shader_input(image.name, image)
    for name, value in values.items():
        quad.set_shader_input(name, value)


def _integers(bits: int) -> FrameBufferProperties:
    wanted = FrameBufferProperties()
    wanted.set_rgba_bits(bits, bits, bits, bits)
    return wanted


def _floats(bits: int) -> FrameBufferProperties:
    wanted = _integers(bits)
    wanted.set_float_color(True)
    return wanted


def _texture(name: str, linear: bool) -> Texture:
    texture = Texture(name)
    kind = SamplerState.FT_linear if linear else SamplerState.FT_nearest
    texture.set_magfilter(kind)
    texture.set_minfilter(kind)
    texture.set_wrap_u(SamplerState.WM_clamp)
    texture.set_wrap_v(SamplerState.WM_clamp)
    return texture


def _scene_of(image: Pixels) -> NodePath:
    """A card, 1 by 1, that shows the picture pixel by pixel; Panda stores rows bottom first."""
    height, width = image.shape[:2]
    texture = _texture("picture", linear=False)
    texture.setup_2d_texture(width, height, Texture.T_unsigned_byte, Texture.F_rgba8)
    texture.set_ram_image_as(np.ascontiguousarray(image[::-1]).tobytes(), "RGBA")
    maker = CardMaker("picture")
    maker.set_frame(-0.5, 0.5, -0.5, 0.5)
    scene = NodePath("scene")
    card = scene.attach_new_node(maker.generate())
    card.set_pos(0, 2, 0)
    card.set_texture(texture)
    return scene


def _whole_card() -> OrthographicLens:
    lens = OrthographicLens()
    lens.set_film_size(1, 1)
    return lens


def _lines(log: LineStream) -> list[str]:
    """What Panda3D called an error since the last time."""
    lines = []
    while log.is_text_available():
        lines.append(log.get_line())
    return [line for line in lines if "rror" in line]


if __name__ == "__main__":
    main()
