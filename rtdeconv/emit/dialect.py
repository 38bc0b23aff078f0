"""A dialect: how one shading language spells what every shader here is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rtdeconv.emit.layout import WIDTH
from rtdeconv.emit.numbers import literal


@dataclass(frozen=True)
class Dialect:
    """A table of spellings. The defaults are GLSL's.

    Formats take their parts by name: ``declared`` and ``changed`` {type} and {name} (of what stays
    and of what will be assigned again), ``function`` {result}, {name} and {arguments}, ``argument``
    {type} and {name}, ``above`` {value}, {edge}, {high} and {low} (by component, high where value >
    edge), ``table`` {type}, {name} and {count}; ``splat`` and ``whole`` one number.
    """

    name: str
    number: str = "float"
    integer: str = "int"
    vec2: str = "vec2"
    vec3: str = "vec3"
    vec4: str = "vec4"
    mix: str = "mix"
    splat: str = "vec3({})"
    above: str = "mix({low}, {high}, greaterThan({value}, {edge}))"
    declared: str = "{type} {name} ="
    changed: str = "{type} {name} ="
    function: str = "{result} {name}({arguments}) {{"
    argument: str = "{type} {name}"
    table: str = "const {type} {name}[{count}] = {type}[{count}]("
    table_end: str = ");"
    whole: str = "{}"

    def let(self, type_: str, name: str, value: str) -> str:
        """The statement that names a value."""
        return f"{self.declared.format(type=type_, name=name)} {value};"

    def var(self, type_: str, name: str, value: str) -> str:
        """The statement that names what changes later."""
        return f"{self.changed.format(type=type_, name=name)} {value};"

    def defined(
        self,
        result: str,
        name: str,
        arguments: Mapping[str, str],
        body: Sequence[str],
        note: str = "",
    ) -> str:
        """A function; ``arguments`` are names with their types, ``body`` its statements."""
        told = [self.argument.format(type=t, name=n) for n, t in arguments.items()]
        head = self.function.format(result=result, name=name, arguments=", ".join(told))
        if len(head) > WIDTH:  # three to a line, as neighbours lie
            rows = [", ".join(told[k : k + 3]) for k in range(0, len(told), 3)]
            broken = ",\n".join(f"    {row}" for row in rows)
            head = self.function.format(result=result, name=name, arguments=f"\n{broken}\n")
        lines = [f"{head}  // {note}" if note else head, *(f"    {line}" for line in body), "}"]
        return "\n".join(lines)

    def vector(self, numbers: Sequence[float]) -> str:
        """A constant of two to four numbers."""
        types = {2: self.vec2, 3: self.vec3, 4: self.vec4}
        return f"{types[len(numbers)]}({', '.join(map(literal, numbers))})"

    def filled(self, type_: str, number: str) -> str:
        """A vector of ``type_`` whose components are all ``number``."""
        return self.splat.replace(self.vec3, type_).format(number)

    def offset(self, distance: int) -> str:
        """A whole number of pixels."""
        return self.whole.format(distance)
