"""The panel: every setting of the filter, group by group. Each group returns the settings then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from rtdeconv.designer import AUTO
from rtdeconv.fit import ADAPTING, FAMILIES, family_named
from rtdeconv.light import LIGHTS
from rtdeconv.live.auto import Auto
from rtdeconv.live.settings import SIZES_PX, Settings, SimpleBlur, simple_blur
from rtdeconv.live.theme import QUIET, SMALL, WARM
from rtdeconv.live.widgets import chooser, heading, slider, switch, words
from rtdeconv.plan import Limit

CODES: Final = 255
AS_GIVEN: Final = "as given"
TUNABLE: Final = "tunable"

_KINDS: Final = {
    "gaussian": "A soft lens, a scaler, or anything that blurs a little; the size is its sigma.",
    "disk": "A lens out of focus; the size is the radius.",
    "box": "Pixels put together in squares; the size is the side.",
    "motion": "A camera that moved while the shutter was open; the size is the way it went.",
    AS_GIVEN: "The blur that this session was started with.",
}
_AUTO_SAYS: Final = (
    "Measures blur and noise every second or two and follows them, anew after each cut; where it "
    "is unsure it restores less. Moving Size, Noise or Robust ends it (A)."
)
_SIZE_SAYS: Final = (
    "Larger restores more; larger than the blur really is gives halos and grain around edges."
)
_ANGLE_SAYS: Final = "The direction of the motion, counted from the horizontal; 90 is upright."
_NOISE_SAYS: Final = (
    "How grainy the source is, in steps of 255. Larger restores less but keeps grain down; "
    "smaller than the truth makes grain louder."
)
_METHOD_SAYS: Final = (
    "How the filter is built. auto takes the best for the budget; tunable follows the sliders "
    "without a new design; activity and oriented restore more where more is seen."
)
_METHODS: Final = {
    AUTO: "The best of all families within the budget.",
    TUNABLE: "Follows size and noise at once, for Gaussian blur.",
}
_FETCHES_SAYS: Final = (
    "The most texture fetches per pixel. More come nearer to the ideal filter and take longer."
)
_LIGHT_SAYS: Final = (
    "The scale that pixels are added up on. Lenses blur linear light; scalers and codecs often "
    "blur encoded values, where linear would darken edges."
)
_STRENGTH_SAYS: Final = "How much of the restoration is shown; beyond 1 it exaggerates."
_RANGE_SAYS: Final = (
    "How far the blur may be from what is set. Larger is safer where you are unsure, and "
    "restores less where you are right."
)
_OVERSHOOT_SAYS: Final = (
    "The largest halo at an edge, of its height. Smaller looks cleaner and restores less; very "
    "small ones rule most filters out."
)
_HALO_SAYS: Final = (
    "How far a pixel may leave the range of its eight neighbours, as a share of that range: 0 adds "
    "no halo at all, larger restores more contrast. Works on every filter."
)
_LUMA_SAYS: Final = (
    "All channels move together as brightness asks, so that hues stay; else each alone."
)

_OFF: Final = 0.05
"""Below nothing: where the slider of the halo limit stands for none."""

_ANY: Final = 4
"""Where the slider of fetches stands for no limit: no filter has so few."""


@dataclass(frozen=True)
class Start:
    """What the session began with, for the reset and for a blur that sliders cannot make."""

    settings: Settings
    strength: float
    is_auto: bool


def auto_row(auto: Auto, tell: Callable[[bool], None], scale: float) -> None:
    """Whether blur and noise are measured, and what was found."""
    is_on = switch("Auto", _AUTO_SAYS, auto.is_on, scale)
    if is_on != auto.is_on:
        tell(is_on)
    if auto.is_on:
        words(auto.said, WARM if auto.is_unsure else QUIET, size=SMALL)


def blur_group(settings: Settings, start: Start, scale: float) -> Settings:
    """Kind, size and angle of the blur, and the noise."""
    given = start.settings.blur
    simple = simple_blur(settings.blur)
    kinds = [*SIZES_PX] + ([AS_GIVEN] if simple_blur(given) is None else [])
    kind = AS_GIVEN if simple is None else simple.kind
    says = [_KINDS[name] for name in kinds]
    chosen = chooser("Kind", "What blurred the picture.", kind, kinds, scale, says)
    if chosen == AS_GIVEN:
        words(given if len(given) <= 40 else f"{given[:37]}...")
        settings = replace(settings, blur=given)
    elif chosen != kind or simple is None:
        settings = replace(settings, blur=_first(chosen, simple).spec)
    else:
        settings = replace(settings, blur=_sized(simple, scale).spec)
    codes = settings.noise * CODES
    new = slider("Noise", _NOISE_SAYS, codes, (0.0, 20.0), "%.2f / 255", scale, slow_start=True)
    return settings if new == codes else replace(settings, noise=new / CODES)


def _first(kind: str, before: SimpleBlur | None) -> SimpleBlur:
    """A blur of another kind, as large as its slider goes if need be."""
    low, high = SIZES_PX[kind]
    size = 1.0 if before is None else before.size_px
    return SimpleBlur(kind, min(max(size, low), high))


def _sized(blur: SimpleBlur, scale: float) -> SimpleBlur:
    low, high = SIZES_PX[blur.kind]
    span = min(low, blur.size_px), max(high, blur.size_px)
    size = slider("Size", _SIZE_SAYS, blur.size_px, span, "%.2f px", scale)
    if blur.kind != "motion":
        return replace(blur, size_px=size)
    angle = slider("Angle", _ANGLE_SAYS, blur.angle_deg, (-90.0, 90.0), "%.0f deg", scale)
    return replace(blur, size_px=size, angle_deg=angle)


def filter_group(settings: Settings, scale: float) -> Settings:
    """Family and its size, or the budget, and the light."""
    heading("Filter", scale)
    names = [AUTO, TUNABLE, *(one.name for one in ADAPTING), *FAMILIES]
    if settings.method not in names:
        names.append(settings.method)
    says = [_METHODS.get(name) or family_named(name).describes for name in names]
    method = chooser("Method", _METHOD_SAYS, settings.method, names, scale, says)
    if method != settings.method:
        settings = settings.with_method(method)
    settings = _budget(settings, scale) if method == AUTO else _size(settings, scale)
    light = chooser("Light", _LIGHT_SAYS, settings.light, LIGHTS, scale)
    return settings if light == settings.light else replace(settings, light=light)


def _budget(settings: Settings, scale: float) -> Settings:
    before = settings.fetches or _ANY
    form = "any number" if before <= _ANY else "%.0f fetches"
    span = (float(_ANY), 81.0)
    after = slider("Budget", _FETCHES_SAYS, before, span, form, scale, slow_start=True)
    fetches = None if round(after) <= _ANY else round(after)
    return settings if fetches == settings.fetches else replace(settings, fetches=fetches)


def _size(settings: Settings, scale: float) -> Settings:
    family = family_named(settings.method)
    if len(family.sizes) < 2:
        return settings
    names = {str(size): size for size in family.sizes}
    chosen = str(settings.size_of(family))
    label = family.counts.partition(" ")[0].capitalize()
    new = chooser(label, f"{family.counts.capitalize()}.", chosen, [*names], scale)
    if new == chosen:
        return settings
    return replace(settings, more={**settings.more, **names[new].options})


def limits_group(settings: Settings, scale: float) -> Settings:
    """What the filter has to put up with: an unsure blur, a limit of halos."""
    heading("Caution", scale)
    form = "blur +-%.0f %%" if settings.sigma_range > 0 else "blur is as set"
    span = 0.0, max(40.0, settings.sigma_range)
    spread = slider("Robust", _RANGE_SAYS, settings.sigma_range, span, form, scale)
    limit = settings.max_overshoot
    before = 1.0 if limit is None else 100 * limit
    form = "no limit" if limit is None else "at most %.0f %%"
    after = slider("Overshoot", _OVERSHOOT_SAYS, before, (1.0, 50.0), form, scale)
    if after != before:
        limit = None if round(after) < 2 else round(after) / 100
    halo = _halo_limit(settings.limit, scale)
    return replace(settings, sigma_range=spread, max_overshoot=limit, limit=halo)


def _halo_limit(limit: Limit | None, scale: float) -> Limit | None:
    """At its left end the slider stands for no limit."""
    before = -_OFF if limit is None else limit.share
    form = "no limit" if limit is None else "%.2f of range"
    span = -_OFF, max(1.0, before)
    after = slider("Halo limit", _HALO_SAYS, before, span, form, scale)
    if after != before:
        limit = None if after < 0 else Limit(round(after, 2), limit.by if limit else "channel")
    if limit is None:
        return None
    by_luma = switch("By luma", _LUMA_SAYS, limit.by == "luma", scale)
    return replace(limit, by="luma" if by_luma else "channel")


def strength_row(strength: float, tell: Callable[[float], None], scale: float) -> None:
    """How much is shown."""
    new = slider("Strength", _STRENGTH_SAYS, strength, (0.0, 1.5), "%.2f", scale)
    if new != strength:
        tell(new)
