"""mpv user shaders, which ffmpeg's libplacebo draws too: a block for each pass; values to edit, or
options of the player."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rtdeconv.emit.about import About, Usage, coding, header, span
from rtdeconv.emit.bindings import Bindings
from rtdeconv.emit.body import Body
from rtdeconv.emit.dialects import GLSL
from rtdeconv.emit.host import Files, Host
from rtdeconv.emit.layout import aligned, braced, commented
from rtdeconv.emit.numbers import literal
from rtdeconv.plan import Parameter, Plan, reads
from rtdeconv.plan.walk import values

SWITCH: Final = "RTD_VALUES_LINEAR"


def hooked_or_saved(number: int) -> str:
    """The texture of image ``number``, as blocks bind and save it."""
    return "HOOKED" if number == 0 else f"RTD{number}"


_BINDINGS: Final = Bindings(
    GLSL,
    here="HOOKED_pos * HOOKED_size",
    size="HOOKED_size",
    texel="{image}_tex({at} * HOOKED_pt)",
    sample="{image}_tex({at} * HOOKED_pt)",
    original="HOOKED_tex(HOOKED_pos)",
    image=hooked_or_saved,
    parameter=str,
    # parameters are macros: an argument of the same name would be replaced
    solved=("sigma_px", "noise_here"),
)


@dataclass(frozen=True)
class _Variant:
    """One of two ways to set values: in the player's options, or in the text."""

    suffix: str
    usage: Usage
    options: bool

    def write(self, plan: Plan, about: About, stem: str) -> Files:
        """The one file."""
        body = Body(plan, _BINDINGS)
        parts = [
            commented(header(plan, about, self.usage)),
            *(_options(plan) if self.options else []),
            *(self._block(body, about, number) for number in range(1, body.last + 1)),
        ]
        return {stem + self.suffix: "\n\n".join(parts) + "\n"}

    def _block(self, body: Body, about: About, number: int) -> str:
        plan = body.plan
        read = {fetch.image for fetch in reads(plan.passes[number - 1].expr)}
        said = f", pass {number} of {body.last}" if body.last > 1 else ""
        head = [
            "//!HOOK MAIN",
            *(f"//!BIND {hooked_or_saved(image)}" for image in sorted({0, *read})),
            *([f"//!SAVE {hooked_or_saved(number)}"] if number < body.last else []),
            f"//!DESC rtdeconv: {about.title}{said}",
            *([f"//!WHEN {plan.bypass}"] if self.options else []),
        ]
        defines = [] if self.options else [_defines(plan, number, curved=0 in read)]
        main = braced("vec4 hook()", body.statements(number))
        return "\n\n".join(
            ["\n".join(head), *filter(None, defines), *body.functions([number]), main]
        )


def _defines(plan: Plan, number: int, *, curved: bool) -> str:
    """What may be edited of a pass; it is compiled alone."""
    expr = plan.passes[number - 1].expr
    ends = number == len(plan.passes)
    named = {value.name for value in values(expr)} | ({plan.bypass} if ends else set())
    rows = [
        (f"#define {p.name} {literal(p.default)}", span(p, plan))
        for p in plan.parameters
        if p.name in named
    ]
    if ends or curved:
        note = "1: values arrive linear, as at the hook LINEAR"
        every = "; in every pass" if len(plan.passes) > 1 else ""
        rows.append((f"#define {SWITCH} 0", note + every))
    return aligned(rows)


def _options(plan: Plan) -> list[str]:
    """A block for each option of the player."""
    switch = (f"0: values arrive {coding(plan)}-encoded, 1: linear", "DEFINE", ("0", "1", "0"))
    return [
        *(_option(p.name, *_slider(p, plan)) for p in plan.parameters),
        _option(SWITCH, *switch),
    ]


def _slider(p: Parameter, plan: Plan) -> tuple[str, str, Sequence[str]]:
    return span(p, plan), "float", [literal(value) for value in (p.low, p.high, p.default)]


def _option(name: str, says: str, kind: str, numbers: Sequence[str]) -> str:
    low, high, default = numbers
    rows = {"PARAM": name, "DESC": says, "TYPE": kind, "MINIMUM": low, "MAXIMUM": high}
    return "\n".join([*(f"//!{key} {value}" for key, value in rows.items()), default])


_SOURCE: Final = "MAIN: full-range RGB in the video's own curve, taken to be {curve}'s"
_PLACE: Final = (
    "first of glsl-shaders, before sharpeners and scalers; it draws before mpv scales",
    "the video to the window",
)

_PLAIN: Final = _Variant(
    ".mpv.glsl",
    Usage(
        (
            "mpv --glsl-shaders=FILE, or ffmpeg -vf libplacebo=custom_shader_path=FILE;",
            "edit the #define lines to set values; what passes write mpv keeps as half floats, and",
            "with --vo=gpu --fbo-format=rgba32f as single floats, finer in black beside white",
        ),
        _SOURCE,
        "encoded",
        place=_PLACE,
    ),
    options=False,
)

_PARAM: Final = _Variant(
    ".mpv-param.glsl",
    Usage(
        (
            "mpv 0.36 or later, --vo=gpu-next --glsl-shaders=FILE --glsl-shader-opts=strength=0.5;",
            "while it plays, in its console: change-list glsl-shader-opts add strength=0.5",
        ),
        _SOURCE,
        "encoded",
        place=_PLACE,
    ),
    options=True,
)

MPV: Final = Host(
    "mpv",
    "mpv user shader, for ffmpeg's libplacebo too",
    _PLAIN.suffix,
    arrival="encoded",
    proof=("mpv", "ffmpeg libplacebo"),
    write=_PLAIN.write,
    store="16f",
)

MPV_PARAM: Final = Host(
    "mpv-param",
    "mpv user shader with options, for vo=gpu-next",
    _PARAM.suffix,
    arrival="encoded",
    proof=("mpv, PARAM", "ffmpeg libplacebo, PARAM"),
    write=_PARAM.write,
    store="16f",
)
