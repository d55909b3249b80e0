"""A heat map as a value: a column for each partition value or run, a row for each rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date
from typing import Literal, NamedTuple

from ecrec_assets.contracts.pages.ledger import Line, Mark
from ecrec_assets.contracts.pages.view import count, share
from ecrec_assets.verdict import PartCount

Kind = Literal["ok", "some", "failed", "blocked"]
WORST: tuple[Kind, ...] = ("ok", "some", "failed", "blocked")
LEVELS = (0.001, 0.01, 0.05)  # shares of failing rows at which a cell becomes darker
MOST_COLUMNS = 400
DAY = re.compile(r"(?:19|20)\d\d-?[01]\d-?[0-3]\d")


class Cell(NamedTuple):
    """One rule on the rows of one column. `some`: it holds, yet some rows break it.

    `whole`: it judges no single rows, and was asked of several columns together.
    """

    kind: Kind
    failed: int | None
    checked: int | None
    text: str
    whole: bool = False

    @property
    def level(self) -> int:
        """1 to 4 by the share of failing rows."""
        part = self.failed / self.checked if self.failed and self.checked else 0.0
        return 1 + sum(part >= limit for limit in LEVELS)


@dataclass(frozen=True, slots=True)
class Column:
    """`group` and `short` are what fits over a narrow column, `title` is the whole name; `verdict` is the page's id."""

    title: str
    group: str
    short: str
    verdict: str
    state: Kind
    cells: dict[str, Cell]


@dataclass(frozen=True)
class HeatMap:
    """Rules in the order of the newest column; those that exist no more come last."""

    kind: Literal["partition", "run"]
    columns: tuple[Column, ...]
    rules: tuple[Mark, ...]
    states: dict[str, Kind] = field(default_factory=dict)


def by_run(lines: Sequence[Line]) -> HeatMap:
    """A column for each verdict."""
    return _made("run", lines, _run_columns(sorted(lines, key=lambda line: line.id)))


def by_part(lines: Sequence[Line], most: int = MOST_COLUMNS) -> HeatMap:
    """A column for each partition value, the last `most` of them."""
    return _made("partition", lines, _part_columns(lines)[-most:])


def _made(kind: Literal["partition", "run"], lines: Sequence[Line], columns: Sequence[Column]) -> HeatMap:
    rules = {m.name: m for line in sorted(lines, key=lambda line: line.id, reverse=True) for m in line.marks}
    shown = {name for column in columns for name in column.cells}
    marks = tuple(mark for name, mark in rules.items() if name in shown)
    worst = {
        mark.name: max((c.cells[mark.name].kind for c in columns if mark.name in c.cells), key=WORST.index)
        for mark in marks
    }
    return HeatMap(kind, tuple(columns), marks, worst)


def _run_columns(lines: Sequence[Line]) -> list[Column]:
    times = [line.at.astimezone(UTC) for line in lines]
    daily = 2 * len({time.date() for time in times}) > len(times)
    return [
        Column(
            f"{time:%Y-%m-%d %H:%M:%S} UTC" + (f", {line.partition}" if line.partition else ""),
            f"{time:%Y-%m}" if daily else f"{time:%Y-%m-%d}",
            f"{time:%d}" if daily else f"{time:%H:%M}",
            line.id,
            _state(line),
            {mark.name: _cell(mark) for mark in line.marks},
        )
        for line, time in zip(lines, times, strict=True)
    ]


def _part_columns(lines: Sequence[Line]) -> list[Column]:
    """Of several verdicts on a value the newest counts."""
    found: dict[str, tuple[Line, PartCount]] = {}
    for line in sorted(lines, key=lambda line: line.id):
        found |= {part.value: (line, part) for part in line.parts}
    name = next((line.partition.split(" ")[0] for line, _ in found.values() if line.partition), "partition")
    return [_part_column(name, *found[value]) for value in sorted(found, key=_natural)]


def _part_column(name: str, line: Line, part: PartCount) -> Column:
    cells = {mark.name: _part_cell(mark, line, part) for mark in line.marks}
    day = DAY.fullmatch(part.value) and _day(part.value)
    title, group, short = (str(day), f"{day:%Y-%m}", f"{day:%d}") if day else (f"{name} {part.value}", name, part.value)
    kinds = ["ok" if cell.whole and cell.kind != "blocked" else cell.kind for cell in cells.values()]
    return Column(title, group, short, line.id, max(kinds, key=WORST.index, default="ok"), cells)


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _natural(value: str) -> tuple[bool, int, str]:
    """Whole numbers by size, before text by letters."""
    number = value.lstrip("-").isdigit()
    return not number, int(value) if number else 0, value


def _state(line: Line) -> Kind:
    return "ok" if not line.marks else max((kind_of(mark.state, mark.failed) for mark in line.marks), key=WORST.index)


def kind_of(state: str, failed: int | None) -> Kind:
    if state == "blocked":
        return "blocked"
    if state == "failed":
        return "failed"
    return "some" if failed else "ok"


def _cell(mark: Mark) -> Cell:
    kind = kind_of(mark.state, mark.failed)
    if kind == "ok":
        return Cell("ok", mark.failed, mark.checked, "holds")
    told = mark.sentence or f"{count(mark.failed)} of {count(mark.checked)} rows {_fate(mark)}"
    if mark.failed and mark.checked and not mark.sentence:
        told += f" ({share(mark.failed, mark.checked)})"
    return Cell(kind, mark.failed, mark.checked, told)


def _part_cell(mark: Mark, line: Line, part: PartCount) -> Cell:
    """A rule that judges rows is told for these rows; any other for all the rows that came together."""
    if mark.failed is None:
        return _cell(mark)._replace(whole=len(line.parts) > 1)
    failed = part.failed.get(mark.name, 0)
    if not failed:
        return Cell("ok", 0, part.rows, "holds")
    told = f"{failed:,} of {part.rows:,} rows {_fate(mark)} ({share(failed, part.rows)})"
    return Cell(kind_of(mark.state, failed), failed, part.rows, told)


def _fate(mark: Mark) -> str:
    return {"quarantined": "set aside", "passed": "fail, within the limit"}.get(mark.state, "fail")
