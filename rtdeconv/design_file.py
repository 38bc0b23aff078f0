"""Filter files: a design as versioned JSON, trusted in nothing when read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from rtdeconv.blur import Blur, parse_blur, portable
from rtdeconv.designs import Design
from rtdeconv.errors import FilterFileError, MediaError, ValueRefused, shown
from rtdeconv.fit import Family, Size, family_named
from rtdeconv.light import checked_light
from rtdeconv.media.files import cannot_read, cause, existing_file, write_text_whole
from rtdeconv.noise import Noise
from rtdeconv.plan import checked_border, parse_limit
from rtdeconv.prior import prior_recorded
from rtdeconv.records import check_keys, finite, made_from, record_of, shaped, whole
from rtdeconv.target import Target, checked_kind, checked_weight

FORMAT: Final = "rtdeconv-filter"
VERSION: Final = 2
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
    "prior_powers",
    "target",
    "max_gain",
    "max_overshoot",
    "sigma_range",
    "weight",
    "light",
    "border",
    "method",
    "size",
    "filter",
)
_OPTIONAL: Final = ("limit",)


def to_text(design: Design) -> str:
    """The design as a filter file's text."""
    target = design.target
    record: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "blur": portable(target.blur).spec,
        "noise": target.noise.sigma,
        "bits": target.noise.bits,
        "prior": target.prior.spec,
        "prior_var": target.prior.var,
        "prior_powers": getattr(target.prior, "powers", None),
        "target": target.kind,
        "max_gain": target.max_gain,
        "max_overshoot": target.max_overshoot,
        "sigma_range": target.range_percent,
        "weight": design.weight,
        "light": design.light,
        "border": design.border,
        "method": design.method,
        "size": design.size.options,
        "filter": record_of(design.filter),
    }
    if design.limit is not None:
        record["limit"] = design.limit.spec
    rows = (f"  {json.dumps(key)}: {_dumped(value)}" for key, value in record.items())
    return "{\n" + ",\n".join(rows) + "\n}\n"


def _dumped(value: object) -> str:
    """JSON; numpy's numbers as Python's."""
    return json.dumps(value, default=lambda number: number.item())


def save(design: Design, path: str | Path) -> None:
    """Writes the design as a filter file, whole or not at all. Raises MediaError."""
    write_text_whole(path, to_text(design))


def load(path: str | Path) -> Design:
    """The design in a filter file. Raises FilterFileError, the reason named."""
    name = shown(str(path), limit=200)
    try:
        with existing_file(path, "filter file").open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except MediaError as refusal:
        raise FilterFileError(str(refusal)) from None
    except OSError as error:
        raise FilterFileError(str(cannot_read("filter file", path, cause(error)))) from None
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
    check_keys("the file", record, (*_KEYS, *(key for key in _OPTIONAL if key in record)))
    family = family_named(_text(record, "method", limit=MAX_BYTES))  # a pattern may be long
    powers = record["prior_powers"]
    if powers is not None:
        powers = shaped(powers, tuple[float, ...], "prior_powers")
    target = Target(
        blur=_blur(record),
        noise=Noise(_number(record, "noise"), _whole(record, "bits")),
        prior=prior_recorded(_text(record, "prior"), _number(record, "prior_var"), powers),
        max_gain=_optional_number(record, "max_gain"),
        kind=checked_kind(_text(record, "target")),
        spread=_number(record, "sigma_range") / 100,
        max_overshoot=_optional_number(record, "max_overshoot"),
    )
    return Design(
        target=target,
        method=family.name,
        size=_size(record["size"], family),
        filter=made_from(record["filter"], family.structure, "filter"),
        weight=checked_weight(_text(record, "weight")),
        light=checked_light(_text(record, "light")),
        border=checked_border(_text(record, "border")),
        limit=parse_limit(_text(record, "limit")) if "limit" in record else None,
    )


def _blur(record: dict[str, Any]) -> Blur:
    """Written as taps where it came from a picture, so that no file opens another."""
    text = _text(record, "blur", limit=MAX_BYTES)
    if "file:" in text:
        raise FilterFileError("a filter file holds a PSF's taps, not the path of its picture")
    return parse_blur(text)


def _size(record: Any, family: Family) -> Size:
    if not isinstance(record, dict):
        raise FilterFileError(f"size is an object, not {shown(record)}")
    check_keys("the size", record, tuple(family.usual.options))
    return Size(**{name: _whole(record, name) for name in record})


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


def _text(record: dict[str, Any], key: str, *, limit: int = 200) -> str:
    value = record[key]
    if not isinstance(value, str) or len(value) > limit:
        raise FilterFileError(f"{key} is a short text, not {shown(value)}")
    return value


def _number(record: dict[str, Any], key: str) -> float:
    return finite(record[key], key)


def _whole(record: dict[str, Any], key: str) -> int:
    return whole(record[key], key)


def _optional_number(record: dict[str, Any], key: str) -> float | None:
    return None if record[key] is None else _number(record, key)
