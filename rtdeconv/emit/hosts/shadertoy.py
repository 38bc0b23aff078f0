"""Shadertoy: the text of each tab; image k is iChannel k in all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rtdeconv.emit.about import LINEAR_SWITCH, About, Usage, header, span
from rtdeconv.emit.bindings import prefixed
from rtdeconv.emit.body import Body
from rtdeconv.emit.host import Files, Host
from rtdeconv.emit.hosts import web
from rtdeconv.emit.layout import aligned, commented, defined
from rtdeconv.emit.numbers import literal
from rtdeconv.plan import Plan

SUFFIX: Final = ".image.glsl"


def _channel(number: int) -> str:
    return f"iChannel{number}"


_BINDINGS: Final = web.bindings("fragColor", _channel)

# a picture has a size of its own; buffers and what is drawn have the screen's
_SIZE: Final = f"min({web.stored_size('iChannel0')}, iResolution.xy)"

_ENTRY: Final = "void mainImage(out vec4 fragColor, in vec2 fragCoord)"


def _usage(plan: Plan) -> Usage:
    buffers = [f"Buffer {'ABC'[k]}" for k in range(len(plan.passes) - 1)]
    mixed = web.mixed_images(plan)
    channels = [
        f"iChannel{k}: {name}{', filter linear' * mixed[k]}"
        for k, name in enumerate(["the picture", *buffers])
    ]
    install: tuple[str, ...] = (
        f"paste the texts into the tabs Common, {', '.join(buffers)} and Image;",
        *_told([f"in all but Common set {channels[0]}", *channels[1:]]),
    )
    if not buffers:
        install = ("paste it into the tab Image;", f"set {channels[0]}")
    return Usage(install, "iChannel0, pixel by pixel from the lower left", "encoded")


def _told(channels: Sequence[str]) -> list[str]:
    """``channels`` in one line, or where there are more than two in two."""
    if len(channels) < 3:
        return ["; ".join(channels)]
    return ["; ".join(channels[:2]) + ";", "; ".join(channels[2:])]


def _switches(plan: Plan) -> str:
    rows = [
        (f"#define {prefixed(p.name)} {literal(p.default)}", span(p, plan)) for p in plan.parameters
    ]
    rows.append(defined(LINEAR_SWITCH))
    return aligned(rows)


def _write(plan: Plan, about: About, stem: str) -> Files:
    body = Body(plan, _BINDINGS)
    *buffers, image = web.entries(body, _ENTRY)
    head = commented(header(plan, about, _usage(plan)))
    shared = [
        _switches(plan),
        web.positions(plan, _SIZE, "fragCoord"),
        *body.functions(range(1, body.last + 1)),
    ]
    if not buffers:
        return {stem + SUFFIX: _text(head, *shared, image)}
    tabs = {
        f"{stem}.buffer-{'abc'[k]}.glsl": _text(f"// Buffer {'ABC'[k]} of {stem}{SUFFIX}", text)
        for k, text in enumerate(buffers)
    }
    common = _text(f"// Common of {stem}{SUFFIX}", *shared)
    return {stem + SUFFIX: _text(head, image), **tabs, f"{stem}.common.glsl": common}


def _text(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"


SHADERTOY: Final = Host(
    "shadertoy",
    "Shadertoy, a file for each tab",
    SUFFIX,
    arrival="encoded",
    proof=("Shadertoy's wrapper, WebGL 2",),
    write=_write,
    passes=4,
)
