"""Filter files: a design as versioned JSON, trusted in nothing when read back."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, Final

from rtdeconv.blur import parse_blur
from rtdeconv.designer import Design
from rtdeconv.errors import FilterFileError, ValueRefused, shown
from rtdeconv.filters import Comb, Filter, Fir, GaussianLaplacian
from rtdeconv.light import checked_light
from rtdeconv.media.files import write_text_whole
from rtdeconv.noise import Noise
from rtdeconv.plan import checked_border
from rtdeconv.prior import prior_named
from rtdeconv.target import Target, checked_weight

FORMAT: Final = "rtdeconv-filter"
VERSION: Final = 1
MAX_BYTES: Final = 64 * 1024
"""A 15 x 15 FIR needs under 8 KiB."""

_KEYS: Final = (
    "format",
    "version",
    "blur",
    "noise",
    "bits",
    "prior",
    "prior_var",
    "max_gain",
    "weight",
    "light",
    "border",
    "filter",
)


def to_text(design: Design) -> str:
    """The design as a filter file's text."""
    target = design.target
    record: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "blur": target.blur.spec,
        "noise": target.noise.sigma,
        "bits": target.noise.bits,
        "prior": target.prior.name,
        "prior_var": target.prior.var,
        "max_gain": target.max_gain,
        "weight": design.weight,
        "light": design.light,
        "border": design.border,
        "filter": _filter_record(design.filter),
    }
    rows = (f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in record.items())
    return "{\n" + ",\n".join(rows) + "\n}\n"


def save(design: Design, path: str | Path) -> None:
    """Writes the design as a filter file, whole or not at all. Raises MediaError."""
    write_text_whole(path, to_text(design))


def load(path: str | Path) -> Design:
    """The design in a filter file. Raises FilterFileError, the reason named."""
    name = shown(str(path), limit=200)
    try:
        place = Path(path)
        if place.exists() and not place.is_file():
            raise FilterFileError(f"cannot read filter file {name}: it is no plain file")
        with place.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FilterFileError(f"cannot read filter file {name}: {reason}") from None
    if len(data) > MAX_BYTES:
        raise FilterFileError(f"{name} is larger than any filter file ({MAX_BYTES} bytes)")
    try:
        return from_text(data.decode("utf-8-sig"))
    except (ValueRefused, FilterFileError) as refusal:
        raise FilterFileError(f"filter file {name}: {refusal}") from None
    except UnicodeDecodeError:
        raise FilterFileError(f"filter file {name} is not text") from None


def from_text(text: str) -> Design:
    """The design that `to_text` wrote. Raises FilterFileError or ValueRefused."""
    record = _parsed(text)
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise FilterFileError(f"not a filter file: it lacks format {FORMAT!r}")
    if record.get("version") != VERSION or isinstance(record["version"], bool):
        found = shown(record.get("version"))
        raise FilterFileError(
            f"this program reads version {VERSION}, not {found}; design the filter again"
        )
    _check_keys("the file", record, _KEYS)
    max_gain = None if record["max_gain"] is None else _number(record, "max_gain")
    target = Target(
        blur=parse_blur(_text(record, "blur")),
        noise=Noise(_number(record, "noise"), _whole(record, "bits")),
        prior=prior_named(_text(record, "prior"), _number(record, "prior_var")),
        max_gain=max_gain,
    )
    return Design(
        target=target,
        filter=_filter(record["filter"]),
        weight=checked_weight(_text(record, "weight")),
        light=checked_light(_text(record, "light")),
        border=checked_border(_text(record, "border")),
    )


def _filter_record(filter_: Filter) -> dict[str, Any]:
    if isinstance(filter_, Fir):
        return {"family": filter_.family, "taps": filter_.taps}
    if isinstance(filter_, Comb):
        return {"family": filter_.family, "coefficients": filter_.coefficients}
    if isinstance(filter_, GaussianLaplacian):
        return {
            "family": filter_.family,
            "coefficients": filter_.coefficients,
            "radius": filter_.radius,
        }
    raise TypeError(f"no file form for {type(filter_).__name__}")


def _filter(record: Any) -> Filter:
    if not isinstance(record, dict):
        raise FilterFileError("filter is an object with a family")
    family = record.get("family")
    if family == Fir.family:
        _check_keys("the filter", record, ("family", "taps"))
        rows = _list(record["taps"], "taps")
        return Fir(tuple(_numbers(row, "a row of taps") for row in rows))
    if family == Comb.family:
        _check_keys("the filter", record, ("family", "coefficients"))
        return Comb(_numbers(record["coefficients"], "coefficients"))
    if family == GaussianLaplacian.family:
        _check_keys("the filter", record, ("family", "coefficients", "radius"))
        coefficients = _numbers(record["coefficients"], "coefficients")
        return GaussianLaplacian(coefficients, _whole(record, "radius"))
    raise FilterFileError(f"unknown filter family {shown(family)}")


def _parsed(text: str) -> Any:
    def no_constant(name: str) -> Any:
        raise FilterFileError(f"numbers are finite, not {name}")

    def no_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        record = dict(pairs)
        if len(record) != len(pairs):
            raise FilterFileError("a key stands twice")
        return record

    try:
        return json.loads(text, parse_constant=no_constant, object_pairs_hook=no_twice)
    except RecursionError:
        raise FilterFileError("it is nested deeper than any filter file") from None
    except ValueError as error:
        raise FilterFileError(f"not JSON: {shown(str(error))}") from None


def _check_keys(where: str, record: dict[str, Any], keys: tuple[str, ...]) -> None:
    missing = [key for key in keys if key not in record]
    extra = [key for key in record if key not in keys]
    if missing:
        raise FilterFileError(f"{where} lacks {missing[0]!r}")
    if extra:
        raise FilterFileError(f"{where} has an unknown key {shown(extra[0])}")


def _text(record: dict[str, Any], key: str) -> str:
    value = record[key]
    if not isinstance(value, str) or len(value) > 200:
        raise FilterFileError(f"{key} is a short text, not {shown(value)}")
    return value


def _number(record: dict[str, Any], key: str) -> float:
    return _finite(record[key], key)


def _whole(record: dict[str, Any], key: str) -> int:
    value = record[key]
    if isinstance(value, bool) or not isinstance(value, int):
        raise FilterFileError(f"{key} is a whole number, not {shown(value)}")
    return value


def _numbers(values: Any, what: str) -> tuple[float, ...]:
    return tuple(_finite(value, what) for value in _list(values, what))


def _list(values: Any, what: str) -> list[Any]:
    if not isinstance(values, list):
        raise FilterFileError(f"{what} is a list, not {shown(values)}")
    return values


def _finite(value: Any, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise FilterFileError(f"{what} is a number, not {shown(value)}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise FilterFileError(f"{what} is a finite number, not {shown(value)}")
    return number
