"""Frozen dataclasses as JSON objects and back, nothing believed that a class does not declare."""

from __future__ import annotations

import math
import types
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from rtdeconv.errors import FilterFileError, shown

Made = TypeVar("Made")


def record_of(value: Any) -> dict[str, Any]:
    """The fields of a dataclass; dataclasses within also say of what kind they are."""
    return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}


def made_from(record: Any, kind: type[Made], what: str) -> Made:
    """An instance of ``kind`` from what `record_of` gave. Raises FilterFileError; what the class
    itself refuses is ValueRefused.

    Fields are numbers, tuples of them of any or of a fixed length, and dataclasses, of which a
    union may leave a choice.
    """
    if not isinstance(record, dict):
        raise FilterFileError(f"{what} is an object, not {shown(record)}")
    shapes = get_type_hints(kind)
    names = tuple(one.name for one in fields(kind))  # type: ignore[arg-type]
    check_keys(f"the {what}", record, names)
    return kind(**{name: shaped(record[name], shapes[name], name) for name in names})


def shaped(value: Any, shape: Any, what: str) -> Any:
    """``value`` as the type ``shape`` says."""
    if shape is float:
        return finite(value, what)
    if shape is int:
        return whole(value, what)
    if is_dataclass(shape) or get_origin(shape) in (Union, types.UnionType):
        return _of_kind(value, get_args(shape) or (shape,), what)
    return _tuple(value, get_args(shape), what)


def check_keys(where: str, record: dict[str, Any], keys: tuple[str, ...]) -> None:
    """Refuses a record that lacks a key or has another."""
    missing = [key for key in keys if key not in record]
    extra = [key for key in record if key not in keys]
    if missing:
        raise FilterFileError(f"{where} lacks {missing[0]!r}")
    if extra:
        raise FilterFileError(f"{where} has an unknown key {shown(extra[0])}")


def whole(value: Any, what: str) -> int:
    """A whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise FilterFileError(f"{what} is a whole number, not {shown(value)}")
    return value


def finite(value: Any, what: str) -> float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise FilterFileError(f"{what} is a number, not {shown(value)}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise FilterFileError(f"{what} is a finite number, not {shown(value)}")
    return number


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {"kind": _kind(type(value)), **record_of(value)}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _kind(class_: type[Any]) -> str:
    return class_.__name__.lower()


def _of_kind(value: Any, classes: tuple[Any, ...], what: str) -> Any:
    if not isinstance(value, dict):
        raise FilterFileError(f"{what} is an object, not {shown(value)}")
    for class_ in classes:
        if value.get("kind") == _kind(class_):
            rest = {name: part for name, part in value.items() if name != "kind"}
            return made_from(rest, class_, what)
    raise FilterFileError(f"{what} is of an unknown kind {shown(value.get('kind'))}")


def _tuple(value: Any, parts: tuple[Any, ...], what: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise FilterFileError(f"{what} is a list, not {shown(value)}")
    if parts[-1] is Ellipsis:
        return tuple(shaped(one, parts[0], what) for one in value)
    if len(parts) != len(value):
        raise FilterFileError(f"{what} holds {len(parts)} each, not {shown(value)}")
    return tuple(shaped(one, part, what) for one, part in zip(value, parts, strict=True))
