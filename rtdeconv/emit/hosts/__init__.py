"""Every registered host."""

from __future__ import annotations

from typing import Final

from rtdeconv.emit.host import Host
from rtdeconv.emit.hosts import glsl

_ALL: Final = (glsl.GLSL330, glsl.GLES300)

HOSTS: Final[dict[str, Host]] = {host.name: host for host in _ALL}
