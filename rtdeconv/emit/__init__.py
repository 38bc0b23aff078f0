"""Writing plans as shader files. A host is where a file lives; a dialect is the language in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rtdeconv.emit import glsl330
from rtdeconv.emit.about import About, is_safe
from rtdeconv.errors import unknown_name
from rtdeconv.plan import Plan


@dataclass(frozen=True)
class Host:
    """A registered place for shader files."""

    name: str
    describes: str
    suffix: str
    write: Callable[[Plan, About], str]


_ALL = (
    Host(
        name="glsl330",
        describes="OpenGL 3.3 fragment shader, self-contained; several passes by RTD_PASS",
        suffix=".frag",
        write=glsl330.write,
    ),
)

HOSTS: dict[str, Host] = {host.name: host for host in _ALL}


def host_named(name: str) -> Host:
    """The registered host; raises ValueRefused, the nearest name suggested."""
    if name not in HOSTS:
        raise unknown_name("host", name, HOSTS)
    return HOSTS[name]


__all__ = ["HOSTS", "About", "Host", "host_named", "is_safe"]
