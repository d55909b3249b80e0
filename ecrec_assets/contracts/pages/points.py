"""What a picture shows of a column: the worst of each rule, the share of failing rows of each dimension."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ecrec_assets.contracts.pages.heat import WORST, HeatMap, Kind, kind_of
from ecrec_assets.contracts.pages.ledger import Line

BUCKET = 10


class Share(NamedTuple):
    """Failing row checks of a dimension, None where none was made; and how many rules failed."""

    rows: float | None
    rules: int


class Point(NamedTuple):
    """One column, or some neighbours as one. `kinds` leaves out what holds."""

    kinds: dict[str, Kind]
    shares: dict[str, Share]


class Judged(NamedTuple):
    """One rule in one column."""

    rule: str
    dimension: str
    kind: Kind
    failed: int | None
    checked: int | None


def of_line(line: Line) -> Point:
    return _point([Judged(m.name, m.dimension, kind_of(m.state, m.failed), m.failed, m.checked) for m in line.marks])


def of_map(heat: HeatMap) -> list[Point]:
    """A point for each column; what several columns share is left out."""
    return [
        _point(
            Judged(mark.name, mark.dimension, cell.kind, cell.failed, cell.checked)
            for mark in heat.rules
            if (cell := column.cells.get(mark.name)) and not cell.whole
        )
        for column in heat.columns
    ]


def buckets(lines: Sequence[Line]) -> list[Point]:
    """The worst of ten neighbours each."""
    return [worst([of_line(line) for line in lines[i : i + BUCKET]]) for i in range(0, len(lines), BUCKET)]


def thinned(points: Sequence[Point], most: int) -> list[Point]:
    """At most so many, each the worst of its neighbours."""
    step = max(1, -(-len(points) // most))
    return [worst(points[i : i + step]) if step > 1 else points[i] for i in range(0, len(points), step)]


def worst(points: Sequence[Point]) -> Point:
    kinds: dict[str, Kind] = {}
    shares: dict[str, Share] = {}
    for point in points:
        for rule, kind in point.kinds.items():
            kinds[rule] = max(kind, kinds.get(rule, "ok"), key=WORST.index)
        for name, share in point.shares.items():
            known = shares.get(name, share)
            rows = [one for one in (share.rows, known.rows) if one is not None]
            shares[name] = Share(max(rows, default=None), max(share.rules, known.rules))
    return Point(kinds, shares)


def _point(judged: Iterable[Judged]) -> Point:
    kinds: dict[str, Kind] = {}
    sums: dict[str, list[int]] = {}
    for one in judged:
        failed, checked, rules = sums.setdefault(one.dimension, [0, 0, 0])
        if one.failed is not None:
            failed, checked = failed + one.failed, checked + (one.checked or 0)
        sums[one.dimension] = [failed, checked, rules + (one.kind in ("failed", "blocked"))]
        if one.kind != "ok":
            kinds[one.rule] = one.kind
    return Point(kinds, {name: Share(f / c if c else None, rules) for name, (f, c, rules) in sums.items()})
