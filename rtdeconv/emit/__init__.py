"""Writing plans as shader files.

A dialect is a language, spelled by a table (`dialects`); a host is where a file lives (`hosts/`),
a small wrapper that binds the walk over a plan (`body`) to the host's conventions.
"""

from rtdeconv.emit.about import About, is_safe
from rtdeconv.emit.host import Host
from rtdeconv.emit.hosts import HOSTS
from rtdeconv.errors import unknown_name


def host_named(name: str) -> Host:
    """The registered host; raises ValueRefused, the nearest name suggested."""
    if name not in HOSTS:
        raise unknown_name("host", name, HOSTS)
    return HOSTS[name]


__all__ = ["HOSTS", "About", "Host", "host_named", "is_safe"]
