"""Weights of least squared error on sharp pictures put through the blur."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final

import numpy as np

from rtdeconv.errors import ValueRefused
from rtdeconv.filters.adaptive import ActivityFir
from rtdeconv.filters.orbits import Bank
from rtdeconv.fit.adaptive.evidence import Evidence, Task, gathered
from rtdeconv.fit.adaptive.pictures import lessons, plain
from rtdeconv.fit.adaptive.scores import LEAST_ERROR, scored_savings
from rtdeconv.grid import Array
from rtdeconv.light import Light
from rtdeconv.target import Target

LARGEST_RADIUS: Final = 3
"""Evidence is gathered for 7x7 taps; smaller filters use a part of it."""

LINEAR_SHARE: Final = 1e-3
"""How much what pictures say of a class gives way to what they say of all: so a class that they
hardly show has the weights of the linear filter."""

ROUGHER: Final = 2.0
"""Noise beyond the stated one, as a factor, that filters must bear: nobody knows it exactly."""

MISJUDGED: Final = ((ROUGHER, 0.1), (1 / ROUGHER, 0.3))
"""Noise that filters learn to bear besides the stated one, as a factor, and what such pictures
count. Stated noise loses a tenth of a dB by it, noise off by those factors gains up to one."""

MISJUDGED_PIECES: Final = 3
"""Of each picture, as many as that needs."""

ROUNDING: Final = 1e-9
"""Of the mean diagonal, or the least error: equations that say nothing have the solution 0."""

CURVE_DIGITS: Final = 4
"""Behind the point of a weight; finer ones change no 16-bit code by one."""


def learned(
    kind: type[ActivityFir], radius: int, classes: int, target: Target, light: Light, pattern: str
) -> ActivityFir:
    """The filter of ``kind`` learned from the pictures of ``pattern`` (empty: those packaged).

    Its score is a cross-validation: of every other picture, learned from those between.
    """
    check_plain(target)
    bank = kind.bank_of(radius, target.blur.symmetry)
    seen = evidence(kind, target, light, pattern)
    if len(seen) < 2:
        raise ValueRefused("learning takes two pictures or more: one is scored by what others say")
    evens, odds = np.arange(0, len(seen), 2), np.arange(1, len(seen), 2)
    saved = np.zeros(len(seen))
    for learned_from, scored_on in ((evens, odds), (odds, evens)):
        weights = solved(seen.of(learned_from), bank, classes)
        saved[scored_on] = seen.of(scored_on).saved(weights, bank, classes)
    return kind(
        radius=radius,
        noise_power=target.noise.power,
        curves=as_curves(solved(seen, bank, classes), classes),
        scored=scored_savings(saved, target, light, pattern),
    )


def evidence(kind: type[ActivityFir], target: Target, light: Light, pattern: str) -> Evidence:
    """Of the pictures of ``pattern``, for a kind of filter of any size and number of classes."""
    bank = kind.bank_of(LARGEST_RADIUS, target.blur.symmetry)
    return _evidence(Task(plain(target), light, bank, kind.detail), pattern)


@lru_cache(maxsize=4)
def _evidence(task: Task, pattern: str) -> Evidence:
    noise = task.target.noise
    gram, right = gathered(lessons(task.target, task.light, pattern), task)
    asked_gram, asked_right = gram, right
    for factor, share in MISJUDGED:
        other = replace(noise, sigma=min(factor * noise.sigma, 1.0))
        seen = lessons(replace(task.target, noise=other), task.light, pattern)
        more_gram, more_right = gathered([pieces[:MISJUDGED_PIECES] for pieces in seen], task)
        asked_gram, asked_right = asked_gram + share * more_gram, asked_right + share * more_right
    return Evidence(task.bank, gram, right, asked_gram, asked_right)


def solved(seen: Evidence, bank: Bank, classes: int) -> Array:
    """The weights of least mean error, shape (columns * classes,).

    Every class is drawn a little to the linear filter that these pictures ask for, by the metric of
    all pictures together.
    """
    spread = seen.spread(bank, classes)
    gram, right = spread.T @ seen.asked_gram.mean(0) @ spread, seen.asked_right.mean(0) @ spread
    same = np.kron(np.eye(len(bank.columns)), np.ones((classes, 1)))
    gram_all = same.T @ gram @ same
    even = [k for k, (_, factor) in enumerate(bank.columns) if factor == "one"]
    linear = np.zeros(len(bank.columns))
    linear[even] = _solve(gram_all[np.ix_(even, even)], (right @ same)[even])
    pull = LINEAR_SHARE / classes * np.kron(gram_all, np.eye(classes))
    return _solve(gram + pull, right + pull @ np.repeat(linear, classes))


def _solve(gram: Array, right: Array) -> Array:
    mean = max(np.trace(gram) / len(gram), LEAST_ERROR)
    return np.asarray(np.linalg.solve(gram + ROUNDING * mean * np.eye(len(gram)), right))


def as_curves(weights: Array, classes: int) -> tuple[tuple[float, ...], ...]:
    """(columns * classes,) as a filter holds them."""
    rows = weights.reshape(-1, classes)
    if classes > 1:  # one class is an FIR, whose taps are rounded as those of all FIRs are
        rows = np.round(rows, CURVE_DIGITS) + 0.0
    return tuple(tuple(float(value) for value in row) for row in rows)


def check_plain(target: Target) -> None:
    """Raises ValueRefused for a target whose limits least squares does not know."""
    if target.kind != "wiener" or target.max_gain is not None or target.max_overshoot is not None:
        raise ValueRefused(
            "a learned filter is the one of least squared error: leave out --target, --max-gain "
            "and --max-overshoot (--limit holds halos), or take --learn prior"
        )
