"""Microsoft's HLSL compiler, as the PyPI package compushady brings it."""

from __future__ import annotations

import ctypes
import importlib.util
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib import metadata
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, Literal

from tools.clients.base import ClientError
from tools.clients.spirv import rebound, resources
from tools.clients.switches import shortened

INSTALL: Final = (
    "DXC is missing: pip install compushady "
    "(built from source: apt-get install g++ libvulkan-dev libx11-dev first)"
)

Profile = Literal["vs_6_0", "ps_6_0"]

_TEXTURES, _SAMPLERS = 1024, 3072
"""Where compushady has DXC start the bindings of t and s registers."""


def missing() -> str | None:
    return None if importlib.util.find_spec("compushady") else INSTALL


def version() -> str:
    return f"DXC of compushady {metadata.version('compushady')}"


def compiled(text: str, entry: str, profile: Profile, *, dxil: bool = False) -> bytes:
    """SPIR-V, or DXIL; raises ClientError with the compiler's message."""
    return _apart().submit(_compiled, text, entry, profile, dxil).result()


@cache
def _apart() -> ProcessPoolExecutor:
    """A process of its own, which a fork server's children leave without C's exit handlers: those
    of DXC's LLVM and of Mesa's may wait for each other for ever."""
    return ProcessPoolExecutor(1, mp_context=get_context("forkserver"))


def _compiled(text: str, entry: str, profile: Profile, dxil: bool) -> bytes:
    package, compiler = _compiler()
    kind = package.SHADER_BINARY_TYPE_DXIL if dxil else package.SHADER_BINARY_TYPE_SPIRV
    try:
        return bytes(compiler.compile(text, entry, kind, profile))
    except Exception as reason:  # compushady raises bare Exception
        raise ClientError(shortened(str(reason))[:600]) from reason


def by_register(module: bytes) -> bytes:
    """SPIR-V with b0 at binding 0, s0 at 1, t0, t1... at 2, 3..."""
    new = {}
    for one in resources(module):
        first = {"uniforms": 0, "sampler": _SAMPLERS - 1, "image": _TEXTURES - 2}[one.kind]
        new[one.binding] = one.binding - first
    return rebound(module, new)


@cache
def _compiler() -> tuple[Any, Any]:
    import compushady

    folder = Path(compushady.__file__).parent / "backends"
    # the back end links against it by name only
    (library,) = folder.glob("libdxcompiler*.so*")
    ctypes.CDLL(str(library), ctypes.RTLD_GLOBAL)
    from compushady.backends import dxc

    return compushady, dxc
