"""A room imports only rooms of lower rank, and each heavy library has its own rooms."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import rtdeconv

ROOT = Path(rtdeconv.__file__).parent

RANKS = {
    "errors": 0,
    "bilinear": 1,
    "grid": 1,
    "light": 1,
    "media": 1,
    "records": 1,
    "tuning": 1,
    "activity": 2,
    "blur": 2,
    "edges": 2,
    "noise": 2,
    "pixels": 2,
    "plan": 3,
    "emit": 5,
    "filters": 4,
    "interpret": 4,
    "prior": 4,
    "rewrite": 4,
    "target": 5,
    "cpu": 6,
    "gpu": 6,
    "lower": 6,
    "reference": 6,
    "device": 7,
    "estimate": 7,
    "fit": 7,
    "stream": 7,
    "metrics": 8,
    "designs": 9,
    "design_file": 10,
    "planner": 10,
    "designer": 11,
    "plots": 11,
    "__init__": 12,
    "live": 13,
    "cli": 14,
}

OWNERS = {
    "moderngl": {"gpu"},
    "av": {"media"},
    "tifffile": {"media"},
    "cv2": {"media", "cpu"},
    "rich": {"cli"},
    "matplotlib": {"plots"},
    "pywt": {"reference"},
    "imgui_bundle": {"live"},
    "glfw": {"live"},
    "OpenGL": {"live"},
    "pyvirtualcam": {"live"},
}


def _room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def _imports(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            names.append(node.module)
            if node.module == "rtdeconv":
                names += [f"rtdeconv.{alias.name}" for alias in node.names]
    return names


FILES = sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_down(path: Path) -> None:
    room = _room(path)
    for name in _imports(path):
        parts = name.split(".")
        if parts[0] == "rtdeconv":
            if len(parts) == 1 or parts[1] not in RANKS:
                assert room == "cli" or len(parts) == 1, f"{name} has no rank"
                continue
            assert parts[1] == room or RANKS[parts[1]] < RANKS[room], f"{room} imports {name}"
        elif parts[0] in OWNERS:
            assert room in OWNERS[parts[0]], f"{room} imports {name}"


def test_every_room_has_a_rank() -> None:
    assert {_room(path) for path in FILES} == set(RANKS)
