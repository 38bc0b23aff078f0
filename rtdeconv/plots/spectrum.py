"""A blind measurement: the power at every frequency, what was fitted to it, and what is left."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from rtdeconv.blur import Gaussian
from rtdeconv.noise import Noise
from rtdeconv.plots.page import ASIDE, BAND, FITTED, MEASURED, legend, page

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from rtdeconv.estimate import Measured


IN_WORDS: Final = {
    "clipped": "picture clipped in part",
    "blocky": "behind a codec",
    "denoised": "smoothed",
    "enlarged": "picture enlarged",
}
"""What the noise's defects are of, for a title."""


def plot_measured(found: Measured, path: str | Path) -> None:
    """The spectrum with its fit and the noise below it, and the blur with its interval."""
    title = (
        f"Measured blind: sigma {found.sigma_px:.2f} px "
        f"({found.sigma_px_low:.2f}-{found.sigma_px_high:.2f}), "
        f"noise {255 * found.noise.sigma:.2f}/255, confidence {found.confidence:.2f}"
    )
    with page(
        path, title, [["spectrum", "blur"], ["spectrum", "noise"]], widths=(1.5, 1)
    ) as panels:
        _draw_spectrum(panels["spectrum"], found)
        _draw_blur(panels["blur"], found)
        _draw_noise(panels["noise"], found)


def _draw_spectrum(panel: Axes, found: Measured) -> None:
    cpp = found.freq_cpp
    floor = Noise(found.noise.sigma).power
    panel.plot(cpp, found.spectrum, "o", color=MEASURED, ms=5, label="measured")
    panel.plot(
        cpp, found.fitted, color=FITTED, linewidth=2, label="usual picture, this blur, noise"
    )
    panel.axhline(floor, color=ASIDE, linewidth=1.2, linestyle="--", label="noise and rounding")
    seen = [*found.spectrum[found.spectrum > 0], floor]
    panel.set(
        xlabel="frequency, cycles per pixel",
        ylabel="power per pixel, on 0..1 values",
        title="Mean power of the picture's blocks",
        xlim=(0, max(0.5, float(cpp[-1]))),
        ylim=(min(seen) / 3, 3 * max(seen)),
    )
    panel.set_yscale("log")  # after the limits, as a flat picture has no power at all
    legend(panel, loc="upper right")


def _draw_blur(panel: Axes, found: Measured) -> None:
    cpp = np.linspace(0, 0.5, 129)
    w, none = 2 * math.pi * cpp, np.zeros(len(cpp))

    def passed(sigma_px: float) -> np.ndarray:
        return np.abs(Gaussian(sigma_px).otf(none, w)) if sigma_px > 0 else np.ones_like(w)

    low, high = passed(found.sigma_px_high), passed(found.sigma_px_low)
    panel.fill_between(cpp, low, high, color=BAND, alpha=0.7, linewidth=0, label="80 % interval")
    panel.plot(
        cpp,
        passed(found.sigma_px),
        color=MEASURED,
        linewidth=2.2,
        label=f"likeliest: sigma {found.sigma_px:.2f}",
    )
    if found.blur is not None:
        undone = np.abs(found.blur.otf(none, w))
        name = f"undone: sigma {found.undone_px:.2f}"
        panel.plot(cpp, undone, "--", color=FITTED, linewidth=1.6, label=name)
    panel.set(
        xlabel="frequency, cycles per pixel",
        ylabel="amplitude passed",
        title="What the blur leaves" if found.blur is not None else "Nothing to undo",
        xlim=(0, 0.5),
        ylim=(0, 1.1),
    )
    legend(panel, loc="upper right")


def _draw_noise(panel: Axes, found: Measured) -> None:
    """Noise over brightness."""
    noise = found.noise
    brightness = np.linspace(0, 1, 65)
    panel.plot(
        noise.levels,
        255 * np.sqrt(np.maximum(noise.variances, 0)),
        "o",
        color=MEASURED,
        ms=5,
        label="flat places",
    )
    fitted = 255 * np.sqrt(np.maximum(noise.read**2 + noise.gain * brightness, 0))
    panel.plot(brightness, fitted, color=FITTED, linewidth=1.6, label="line over brightness")
    panel.set(
        xlabel="brightness, encoded",
        ylabel="noise, of 255",
        title=", ".join(["Noise", *(IN_WORDS.get(name, name) for name in noise.defects)]),
        xlim=(0, 1),
    )
    highest = max([*np.sqrt(np.maximum(noise.variances, 0)), fitted.max() / 255, 1 / 255])
    panel.set_ylim(0, 1.5 * 255 * highest)
    legend(panel)
