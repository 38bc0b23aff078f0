"""Plans whose text is kept as golden files: for every host, every dialect or GLSL 3.30."""

from __future__ import annotations

import sys
from pathlib import Path

from rtdeconv.emit import HOSTS, About
from rtdeconv.filters import Comb, Fir
from rtdeconv.filters.tunable import MappedComb, RadialComb, TunableComb
from rtdeconv.light import Light
from rtdeconv.lower import lower
from rtdeconv.lower.tunable import tunable_plan
from rtdeconv.plan import Plan
from rtdeconv.rewrite import decode_once, merge_taps
from rtdeconv.tuning import Decay, Moments, Table

sys.path.insert(0, str(Path(__file__).parent.parent))
from tools.handmade import LOPSIDED, adaptive_plans

ABOUT = About("golden plan", ("made by hand", "for the tests"), "rtdeconv export")
CROSS = Fir(((0.0, -0.25, 0.0), (-0.25, 2.0, -0.25), (0.0, -0.25, 0.0)))
EQUATIONS = Moments(
    (
        Decay(0.5, (0.001, 0.0005, 0.002), (0.004, 0.001)),
        Decay(8.0, (0.002, 0.0, -0.0005), (-0.001, 0.0005)),
    ),
    noise_gram=(0.625, 0.125, 0.0625),
    noise_right=(-0.75, -0.1875),
    rounding=2.0**-20,
)
TABLE = Table((((0.25, 0.0), (-0.5, 0.125)), ((2.0, 1.0), (1.0, 0.5))), (0.001, 0.04))
TUNABLE = {
    "tunable-encoded-clamp": TunableComb(EQUATIONS, 0.75, 0.0078125),
    "radial-encoded-clamp": RadialComb(EQUATIONS, 0.25, 0.0078125, 1.5),
    "mapped-encoded-clamp": MappedComb(TABLE, 1.5, 0.0078125),
}
ADAPTIVE = adaptive_plans()
_CURVED_BY: tuple[Light, ...] = ("pq", "hlg")
EVERYWHERE = {
    "fir5": lower(LOPSIDED, light="linear", border="clamp"),
    "fir5-encoded": lower(LOPSIDED, light="encoded", border="clamp"),
    "comb2": lower(Comb((0.75, 0.5)), light="linear", border="clamp"),
    "tunable": tunable_plan(TUNABLE["tunable-encoded-clamp"], light="encoded", border="clamp"),
    "activity5-limited": ADAPTIVE["activity5-limited"],
}
SPELLED = {
    **{f"cross-{light}": lower(CROSS, light=light, border="clamp") for light in _CURVED_BY},
    "limited": ADAPTIVE["limited"],
}
SPELLINGS = ("glsl330", "gstreamer", "hlsl", "obs", "godot4", "wgsl")
"""A host for each way to spell `SPELLED`."""
PLANS = {
    **{
        name: tunable_plan(found, light="encoded", border="clamp")
        for name, found in TUNABLE.items()
    },
    "cross-linear-clamp": lower(CROSS, light="linear", border="clamp"),
    "cross-gamma2-mirror": lower(CROSS, light="gamma2", border="mirror"),
    "cross-encoded-wrap": lower(CROSS, light="encoded", border="wrap"),
    "comb2-linear-zero": lower(Comb((0.75, 0.5)), light="linear", border="zero"),
    "cross-decoded-once": decode_once(lower(CROSS, light="linear", border="clamp")),
    "ring-merged-linear-clamp": merge_taps(
        decode_once(lower(Comb((0.75,)), light="linear", border="clamp"))
    ),
    "ring-merged-encoded-zero": merge_taps(lower(Comb((0.75,)), light="encoded", border="zero")),
    "oriented5-linear": adaptive_plans("linear")["oriented5"],
    "activity5-fine-linear-wrap": adaptive_plans("linear", "wrap")["activity5-fine"],
}


def texts(host: str, plan: Plan, stem: str = "golden") -> dict[str, str]:
    """The files of ``plan`` for ``host``."""
    return HOSTS[host].files(plan, ABOUT, stem)


def text(plan: Plan) -> str:
    """Its GLSL 3.30."""
    (found,) = texts("glsl330", plan).values()
    return found
