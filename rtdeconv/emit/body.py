"""What passes compute, as text: the one walk over a plan, in any dialect and for any host."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from rtdeconv.activity import MOST
from rtdeconv.emit import adapting, blocks
from rtdeconv.emit.bindings import Bindings
from rtdeconv.emit.layout import WIDTH, gathered
from rtdeconv.emit.numbers import ONE, literal
from rtdeconv.emit.solvers import solver_function
from rtdeconv.plan import (
    Adapted,
    Expr,
    Fetch,
    FromMap,
    Limited,
    Pass,
    Plan,
    Radial,
    Sample,
    Scalar,
    Structure,
    Texel,
    Tuned,
    Value,
    WeightedSum,
    reads,
    tree,
    tuned,
)


@dataclass(frozen=True)
class Body:
    """The text of ``plan`` for a host that has these ``bindings``."""

    plan: Plan
    bindings: Bindings

    @property
    def last(self) -> int:
        """The number of the last pass."""
        return len(self.plan.passes)

    @property
    def _centres(self) -> tuple[Texel, ...]:
        """What the original stands for in the last pass."""
        copies = (0, 1) if self.plan.decodes_first else (0,)
        return tuple(Texel(image, 0, 0) for image in copies)

    def rounds(self, number: int) -> bool:
        """Whether a pass rounds to halves itself, so that every driver stores the same."""
        return number in self.plan.structures and self.plan.passes[number - 1].store == "16f"

    def functions(self, numbers: Sequence[int]) -> list[str]:
        """Everything that the passes ``numbers`` call, each a block of text, in order of need."""
        d, plan = self.bindings.dialect, self.plan
        passes = [plan.passes[number - 1] for number in numbers]
        ends = self.last in numbers
        fetches = {
            fetch
            for number in numbers
            for fetch in reads(plan.passes[number - 1].expr)
            if number < self.last or fetch not in self._centres
        }
        found: list[str] = []
        if ends or any(fetch.image == 0 for fetch in fetches):
            decode, encode = blocks.curves(d, plan.light, self.bindings.linear)
            needed = {blocks.ENTER[plan.light]: True, blocks.LEAVE[plan.light]: ends}
            both = {"rtd_decode": decode, "rtd_encode": encode}
            found += [text for name, text in both.items() if needed[name]]
        found.append(blocks.inside(d, plan.border))
        if plan.border == "zero":
            found.append(blocks.or_black(d))
        found += self._readers(fetches)
        nodes = [node for one in passes for node in tuned(one.expr)]
        if any(isinstance(node.sigma, Radial) for node in nodes):
            found.append(blocks.radius2(d))
        found += [solver_function(d, node.solver, self.bindings.solved) for node in nodes]
        if any(map(self.rounds, numbers)):
            found.append(blocks.nearest_half(d))
        return [*found, *self._adapting_functions(passes)]

    def _adapting_functions(self, passes: Sequence[Pass]) -> list[str]:
        d = self.bindings.dialect
        nodes = [node for one in passes for node in tree(one.expr)]
        structures = [node for node in nodes if isinstance(node, Structure)]
        limits = [node for node in nodes if isinstance(node, Limited)]
        return [
            *(
                adapting.structure_function(d, node.gauge, self.bindings.weight(node.gauge.gain))
                for node in structures
            ),
            *(adapting.limited_function(d, node.by) for node in limits),
        ]

    def statements(self, number: int) -> list[str]:
        """Pass ``number``, from its fetches to its result."""
        one = self.plan.passes[number - 1]
        d, b = self.bindings.dialect, self.bindings
        if number < self.last:
            lines, result = self._printed(one.expr, {})
            if self.rounds(number):
                result = f"rtd_half({result})"
            return [*lines, b.given(result, "1.0")]
        return [
            d.let(d.vec4, "original", b.original),
            f"if ({b.parameter(self.plan.bypass)} == 0.0) {{  "
            "// selected, not computed: exactly the input",
            *(f"    {line.format('original')}" for line in b.bypass),
            "}",
            *self.restored(),
        ]

    def restored(self) -> list[str]:
        """The last pass behind the bypass; ``original`` holds the source's texel."""
        d, plan = self.bindings.dialect, self.plan
        centre = f"{blocks.ENTER[plan.light]}(original.rgb)"
        expr = plan.passes[-1].expr
        before, names = self._neighbours(expr, dict.fromkeys(self._centres, "centre"))
        lines, result = self._printed(expr, names)
        left = f"{blocks.LEAVE[plan.light]}({result})"
        return [
            d.let(d.vec3, "centre", centre),
            *before,
            *lines,
            self.bindings.given(left, "original.a"),
        ]

    def _readers(self, fetches: Iterable[Fetch]) -> list[str]:
        """A macro or function for each image and way to read it."""
        kinds = {(fetch.image, isinstance(fetch, Sample)) for fetch in fetches}
        texts = [self._reader(*kind) for kind in sorted(kinds, key=lambda kind: kind[::-1])]
        if self.bindings.readers == "macros":
            texts = [*self._places(), *texts]
        note = "// the pixel dx to the right and dy down from the one being written"
        return ["\n".join([note, *texts])] if kinds else []

    def _places(self) -> list[str]:
        """Macros for where a fetch goes."""
        size = self.bindings.size
        macros = [
            f"rtd_moved(dx, dy) ({self._moved('dx', 'dy')})",
            f"rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), {size})",
        ]
        if self.plan.border == "zero":
            macros.append(f"rtd_kept(c, dx, dy) rtd_or_black(c, rtd_moved(dx, dy), {size})")
        return [f"#define {macro}" for macro in macros]

    def _reader(self, image: int, between: bool) -> str:
        b, d = self.bindings, self.bindings.dialect
        name = _reader_name(image, between)
        if b.readers == "macros":
            value = self._read(image, between, "rtd_place(dx, dy)", "rtd_kept({}, dx, dy)")
            return f"#define {name}(dx, dy) {value}"
        value = self._read(image, between, "place", f"rtd_or_black({{}}, at, {b.size})")
        lines = [
            d.let(d.vec2, "at", self._moved("dx", "dy")),
            d.let(d.vec2, "place", f"rtd_inside(at, {b.size})"),
            f"return {value};",
        ]
        handed = {argument: type_ for type_, argument, _ in b.handed}
        return d.defined(d.vec3, name, {**handed, "dx": d.number, "dy": d.number}, lines)

    def _read(self, image: int, between: bool, place: str, kept: str) -> str:
        """One fetch in the filter's light at ``place``; ``kept`` makes black of what it read for a
        position outside."""
        b = self.bindings
        kind = b.sample if between else b.texel
        colour = kind.format(image=b.image(image), at=place, size=b.size) + ".rgb"
        if self.plan.border == "zero":
            colour = kept.format(colour)
        return f"{blocks.ENTER[self.plan.light]}({colour})" if image == 0 else colour

    def _moved(self, dx: str, dy: str) -> str:
        b = self.bindings
        down = b.down(dy, mirrored=self.plan.has_mirrored_rows)
        return f"{b.here} + {b.dialect.vec2}({dx}, {down})"

    def _printed(
        self, expr: Expr, names: Mapping[Texel, str], total: str = "filtered"
    ) -> tuple[list[str], str]:
        """(statements to run first, the expression that then stands for the value).

        ``names``: texels that already stand in a variable; ``total``: the variable of a sum.
        """
        if isinstance(expr, Texel):
            return [], self._fetch(expr, names)
        if isinstance(expr, WeightedSum):
            return self._sum(expr, names, total), total
        if isinstance(expr, Tuned):
            return self._tuned(expr, names)
        if isinstance(expr, Structure):
            called = dict(zip(expr.around, adapting.NEIGHBOURS, strict=True))
            return self._named(called, names), f"rtd_structure({', '.join(called.values())})"
        if isinstance(expr, Adapted):
            return self._adapted(expr, names)
        if isinstance(expr, Limited):
            return self._limited(expr, names)
        first, a = self._printed(expr.a, names)
        then, b = self._printed(expr.b, names)
        amount = self.bindings.parameter(expr.amount.name)
        return [*first, *then], f"{self.bindings.dialect.mix}({a}, {b}, {amount})"

    def _tuned(self, expr: Tuned, names: Mapping[Texel, str]) -> tuple[list[str], str]:
        d = self.bindings.dialect
        first, base = self._printed(expr.base, names)
        (one, band1), (two, band2) = (
            self._printed(band, names, f"band{k}") for k, band in enumerate(expr.bands, start=1)
        )
        sigma, name = self._scalar(expr.sigma), self.bindings.solved[0]
        if not isinstance(expr.sigma, Value):
            first, sigma = [*first, d.let(d.number, name, sigma)], name
        solved = f"rtd_coefficients({sigma}, {self._scalar(expr.noise)})"
        return [
            *first,
            d.let(d.vec2, "c", solved),
            *one,
            *two,
            d.let(d.vec3, "filtered", f"{base} + c.x * {band1} + c.y * {band2}"),
        ], "filtered"

    def _named(self, called: Mapping[Texel, str], names: Mapping[Texel, str]) -> list[str]:
        """Statements that name texels."""
        d = self.bindings.dialect
        return [d.let(d.vec3, name, self._fetch(t, names)) for t, name in called.items()]

    def _adapted(self, expr: Adapted, names: Mapping[Texel, str]) -> tuple[list[str], str]:
        d, b = self.bindings.dialect, self.bindings
        lines = self._sum(expr.mean, names, "mean")
        lines += adapting.seen_statements(d, expr)
        shared = {t: n for t, n in adapting.shared_names(expr).items() if t not in names}
        lines += self._named(shared, names)
        names = {**names, **shared}
        followed = "the class and the direction" if expr.turns else "the class"
        lines.append(f"// bands, each 0 on flat ground, under weights that follow {followed}")
        lines.append(d.var(d.vec3, "adapted", self._fetch(expr.base, names)))
        for number, band in enumerate(expr.bands, start=1):
            weight, total = f"weight{number}", f"band{number}"
            lines += adapting.weight_statements(d, band, weight, b.weight, b.steps)
            lines += self._sum(band.total, names, total)
            lines.append(f"adapted += {weight} * {total};")
        within = "clamp(adapted, lowest, highest)"
        return [
            *lines,
            "// beside clipped highlights held within the range of the 3x3 pixels",
            d.let(d.number, "held", f"clamp(mean.z / {literal(MOST)} - 1.0, 0.0, 1.0)"),
            d.let(d.vec3, "filtered", f"{d.mix}(adapted, {within}, held)"),
        ], "filtered"

    def _limited(self, expr: Limited, names: Mapping[Texel, str]) -> tuple[list[str], str]:
        d, share = self.bindings.dialect, self.bindings.share(expr.share)
        lines, value = self._printed(expr.value, names)
        around = [names[texel] for texel in expr.around]
        if expr.by == "channel":
            ends = ("lowest", "highest")
            lines += adapting.room_statements(d, around, ends, share, expr.by)
            bounded = f"rtd_limited({value}, lowest, highest, up, down)"
            return [*lines, d.let(d.vec3, "limited", bounded)], "limited"
        ends = ("darkest", "brightest")
        lumas, called = adapting.luma_statements(d, around)
        return [
            *lines,
            *lumas,
            *adapting.extremes(d, called[:9], ends, d.number),
            *adapting.room_statements(d, called, ends, share, expr.by),
            d.let(d.number, "was", f"dot({value}, luma)"),
            d.let(d.number, "kept", "rtd_limited(was, darkest, brightest, up, down)"),
            d.let(d.vec3, "limited", f"{value} + (kept - was)"),
        ], "limited"

    def _neighbours(
        self, expr: Expr, names: Mapping[Texel, str]
    ) -> tuple[list[str], dict[Texel, str]]:
        """Statements that name the pixels which ``expr`` compares, and the range of the nine next
        to each other; the names with those added."""
        d = self.bindings.dialect
        nodes = [node for node in tree(expr) if isinstance(node, Adapted | Limited)]
        if not nodes:
            return [], dict(names)
        around = max((node.around for node in nodes), key=len)
        called = {t: adapting.pixel_name(t.dx, t.dy) for t in around if t not in names}
        lines = self._named(called, names)
        names = {**names, **called}
        if any(isinstance(node, Adapted) or node.by == "channel" for node in nodes):
            lines += adapting.extremes(d, [names[texel] for texel in around[:9]])
        return lines, names

    def _scalar(self, scalar: Scalar) -> str:
        b = self.bindings
        if isinstance(scalar, Value):
            return b.parameter(scalar.name)
        if isinstance(scalar, FromMap):
            return f"max({b.map_red.format(name=scalar.name)}, 0.0) * {self._scalar(scalar.scale)}"
        place = b.place or f"{b.here}, {b.size}"
        middle, corner = self._scalar(scalar.middle), self._scalar(scalar.corner)
        return f"{b.dialect.mix}({middle}, {corner}, rtd_radius2({place}))"

    def _fetch(self, fetch: Fetch, names: Mapping[Texel, str]) -> str:
        if isinstance(fetch, Texel):
            if fetch in names:
                return names[fetch]
            dx, dy = map(self.bindings.dialect.offset, (fetch.dx, fetch.dy))
        else:
            dx, dy = self.bindings.offset(fetch.dx, fetch.dy)
        between = isinstance(fetch, Sample)
        arguments = ", ".join([*(value for _, _, value in self.bindings.handed), dx, dy])
        return f"{_reader_name(fetch.image, between)}({arguments})"

    def _sum(self, total: WeightedSum, names: Mapping[Texel, str], name: str) -> list[str]:
        """``name = w * (a + b + ...) + ...;`` with neighbours of equal weight gathered."""
        d = self.bindings.dialect
        lines: list[str] = []
        for weight, group in groupby(total.terms, key=lambda term: term[0]):
            fetches = [self._fetch(fetch, names) for _, fetch in group]
            sign = "    " + ("-" if weight < 0 else "+")
            start = sign if lines else d.declared.format(type=d.vec3, name=name)
            size = abs(weight) if lines else weight
            number = self.bindings.weight(size)
            factor = "" if number == ONE else f"{number} * "
            lines += gathered(f"{start} {factor}", fetches)
        whole = " ".join(line.strip() for line in lines)
        lines = [whole] if len(whole) < WIDTH - 4 else lines
        return [*lines[:-1], lines[-1] + ";"]


def _reader_name(image: int, between: bool) -> str:
    return ("rtd_between" if between else "rtd_at") + (str(image) if image else "")
