"""A blur is a matrix: what its singular values say about undoing it, in one figure.

    python demos/circulant.py [BLUR] [--noise 1/255] [--plot demos/circulant.png]

Circular convolution of a line of pixels is a circulant matrix. Its singular values are the
magnitudes of the DFT of its first column, its condition number is how many times more the inverse
amplifies the noisiest frequency than the brightest, and every regularised inverse only replaces
1 / s by something that stays small where s is small.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from rtdeconv.blur import Blur, parse_blur
from rtdeconv.noise import Noise, noise_text, number_or_fraction
from rtdeconv.prior import Ar1

Array = NDArray[np.float64]

LINE_PX = 128
STRENGTHS = np.logspace(-9, 0, 181)
SHOWN_PX = 24
"""Size of the matrix that is shown: small enough to see its corners wrap."""

INK, SEEN, NAIVE, TRUNCATED, TIKHONOV = "#22303c", "0.6", "#d1495b", "#edae49", "#00798c"


def on_torus(blur: Blur, shape: tuple[int, int]) -> Array:
    """The PSF's taps on a periodic grid (H, W), the centre at (0, 0); what laps over adds up."""
    taps, torus = blur.psf(), np.zeros(shape)
    offsets = np.arange(len(taps)) - len(taps) // 2
    np.add.at(torus, (offsets[:, None] % shape[0], offsets % shape[1]), taps)
    return torus


def circulant(torus: Array) -> Array:
    """The matrix (n, n), n = H W, of circular convolution with ``torus`` (H, W): entry (p, q) is
    what pixel q gives pixel p, ``torus[p - q]``. One row of pixels makes it circulant, more make it
    block-circulant."""
    height, width = torus.shape
    y, x = np.divmod(np.arange(height * width), width)
    return torus[(y[:, None] - y) % height, (x[:, None] - x) % width]


@dataclass(frozen=True, eq=False)
class Decomposed:
    """A matrix ``U diag(s) V^T``, singular values falling."""

    u: Array
    s: Array
    vt: Array

    @property
    def condition(self) -> float:
        """Largest over smallest singular value."""
        return float(self.s[0] / self.s[-1])

    def solution(self, picture: Array, gains: Array) -> Array:
        """``V diag(gains) U^T picture``; gains of 1 / s are the inverse."""
        return self.vt.T @ (gains * (self.u.T @ picture))

    def naive(self) -> Array:
        """``1 / s``."""
        return 1 / self.s

    def tikhonov(self, penalty: float) -> Array:
        """``s / (s^2 + lambda)``, divided by its value at s = 1, so that grey stays grey."""
        return (1 + penalty) * self.s / (self.s**2 + penalty)

    def truncated(self, penalty: float) -> Array:
        """``1 / s`` where ``s^2 > lambda``, else 0."""
        return np.where(self.s**2 > penalty, 1 / self.s, 0.0)


def decomposed(matrix: Array) -> Decomposed:
    """The singular value decomposition of ``matrix``."""
    return Decomposed(*np.linalg.svd(matrix))


@dataclass(frozen=True, eq=False)
class Line:
    """A line of pixels, sharp and as it was seen, and the blur's matrix."""

    sharp: Array
    seen: Array
    matrix: Array
    parts: Decomposed
    spectrum: Array
    noise: Noise

    @property
    def penalty(self) -> float:
        """``N / var``: Tikhonov's lambda that a flat spectrum of the prior's variance asks for."""
        return self.noise.power / Ar1().var

    def error(self, gains: Array) -> float:
        """Root mean square error of the line restored by ``gains``."""
        restored = self.parts.solution(self.seen, gains)
        return float(np.sqrt(np.mean((restored - self.sharp) ** 2)))


def line_of(blur: Blur, noise: Noise, seed: int = 0) -> Line:
    """Bars, a ramp and a swell, blurred, with noise, rounded to the noise's bits."""
    place = np.arange(LINE_PX)
    sharp = np.full(LINE_PX, 0.2)
    for start, width in ((10, 12), (30, 6), (42, 3), (50, 2), (56, 2)):
        sharp[start : start + width] = 0.8
    sharp[66:92] = np.linspace(0.2, 0.85, 26)
    sharp[98:] = 0.5 + 0.3 * np.sin(2 * np.pi * (place[98:] - 98) / 10)
    torus = on_torus(blur, (1, LINE_PX))
    matrix = circulant(torus)
    levels = 2**noise.bits - 1
    seen = matrix @ sharp + np.random.default_rng(seed).standard_normal(LINE_PX) * noise.sigma
    return Line(
        sharp,
        np.rint(np.clip(seen, 0, 1) * levels) / levels,
        matrix,
        decomposed(matrix),
        np.abs(np.fft.fft(torus[0])),
        noise,
    )


def main() -> None:
    """Prints the figures and draws the plot."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("blur", nargs="?", default="gaussian:1.5", help="[gaussian:1.5]")
    parser.add_argument("--noise", default="1/255", help="noise added after the blur [1/255]")
    parser.add_argument("--plot", type=Path, default=Path(__file__).with_suffix(".png"))
    given = parser.parse_args()
    blur, noise = parse_blur(given.blur), Noise(number_or_fraction(given.noise))
    line = line_of(blur, noise)
    apart = np.max(np.abs(line.parts.s - np.sort(line.spectrum)[::-1]))
    print(f"{blur.spec} on a line of {LINE_PX} px, noise {noise_text(noise.sigma)}")
    print(f"condition number {line.parts.condition:.3g}; singular values are |DFT| to {apart:.0e}")
    for name, gains in _inverses(line).items():
        print(f"{name:10s} root mean square error {line.error(gains):.4f}")
    drawn(line, blur).savefig(given.plot, dpi=110)
    print(f"drawn into {given.plot}")


def _inverses(line: Line) -> dict[str, Array]:
    parts, penalty = line.parts, line.penalty
    return {
        "naive": parts.naive(),
        "truncated": parts.truncated(penalty),
        "Tikhonov": parts.tikhonov(penalty),
    }


def drawn(line: Line, blur: Blur) -> Figure:
    """The figure: the matrix, its singular values and their inverses; the line and its errors."""
    figure = Figure(figsize=(13.6, 8.0), layout="constrained")
    panels = figure.subplot_mosaic([["matrix", "values", "gains"], ["line", "line", "errors"]])
    figure.suptitle(
        f"A blur is a matrix: {blur.spec} on {LINE_PX} pixels, "
        f"noise {noise_text(line.noise.sigma)}, condition number {line.parts.condition:.3g}",
        fontsize=15,
    )
    _draw_matrix(panels["matrix"], blur)
    _draw_values(panels["values"], line)
    _draw_gains(panels["gains"], line)
    _draw_line(panels["line"], line)
    _draw_errors(panels["errors"], line)
    for name, panel in panels.items():
        if name != "matrix":
            panel.spines[["top", "right"]].set_visible(False)
    return figure


def _draw_matrix(panel: Axes, blur: Blur) -> None:
    matrix = circulant(on_torus(blur, (1, SHOWN_PX)))
    panel.imshow(matrix, cmap="magma", interpolation="nearest")
    panel.set(title=f"for {SHOWN_PX} pixels: each row is the last, moved on", xticks=[], yticks=[])
    panel.set(xlabel="sharp pixel", ylabel="seen pixel")


def _draw_values(panel: Axes, line: Line) -> None:
    threshold, last = np.sqrt(line.penalty), LINE_PX - 1
    panel.semilogy(np.sort(line.spectrum)[::-1], color=TIKHONOV, lw=6, alpha=0.35)
    panel.semilogy(line.parts.s, ".", color=INK, ms=4)
    panel.axhline(threshold, color=NAIVE, lw=1, ls="--")
    panel.annotate("below: more noise than signal", (2, threshold * 0.55), color=NAIVE, va="top")
    panel.annotate("singular values (dots)", (last, 0.9), ha="right", color=INK)
    panel.annotate("|DFT| of a row, sorted (band)", (last, 0.45), ha="right", color=TIKHONOV)
    kept = int(np.sum(line.parts.s > threshold))
    panel.set(title=f"{kept} of {LINE_PX} singular values stand clear of noise", xlabel="rank")


def _draw_gains(panel: Axes, line: Line) -> None:
    for (name, gains), colour in zip(
        _inverses(line).items(), (NAIVE, TRUNCATED, TIKHONOV), strict=True
    ):
        shown = np.where(gains > 0, gains, np.nan)
        panel.loglog(line.parts.s, shown, color=colour, lw=2.5, label=name)
    panel.invert_xaxis()
    panel.set(title="what each inverse multiplies it by", ylim=(0.3, None))
    panel.set(xlabel="singular value s, falling")
    panel.legend(frameon=False, loc="upper left")


def _draw_line(panel: Axes, line: Line) -> None:
    place = np.arange(LINE_PX)
    found = {name: line.parts.solution(line.seen, g) for name, g in _inverses(line).items()}
    panel.plot(place, found["naive"], color=NAIVE, lw=0.8, alpha=0.35, label="naive inverse")
    panel.step(place, line.sharp, where="mid", color=INK, lw=1.2, label="sharp")
    panel.plot(place, line.seen, color=SEEN, lw=2, label="seen: blurred, noisy, rounded")
    panel.plot(place, found["truncated"], color=TRUNCATED, lw=1.8, label="truncated")
    panel.plot(place, found["Tikhonov"], color=TIKHONOV, lw=1.8, label="Tikhonov")
    swing = np.max(np.abs(found["naive"]))
    panel.set(title=f"the line; its naive inverse swings to {swing:.0f} times white")
    panel.set(xlabel="pixel", xlim=(0, LINE_PX - 1), ylim=(-0.15, 1.3))
    panel.legend(ncols=5, loc="upper center", framealpha=0.9, edgecolor="none")


def _draw_errors(panel: Axes, line: Line) -> None:
    parts, seen = line.parts, np.sqrt(np.mean((line.seen - line.sharp) ** 2))
    panel.loglog(STRENGTHS, [line.error(parts.truncated(p)) for p in STRENGTHS], color=TRUNCATED)
    panel.loglog(STRENGTHS, [line.error(parts.tikhonov(p)) for p in STRENGTHS], color=TIKHONOV)
    panel.axhline(seen, color=SEEN, lw=2)
    panel.annotate("as seen", (STRENGTHS[0], seen * 1.1), color="0.4")
    panel.axvline(line.penalty, color=NAIVE, lw=1, ls="--")
    panel.annotate(" noise power / variance", (line.penalty, 3), color=NAIVE)
    panel.set(title="error against strength", xlabel="lambda", ylabel="root mean square error")


if __name__ == "__main__":
    main()
