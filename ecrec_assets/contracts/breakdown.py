"""Where in a table the rows are that break a rule: by value of its partition column, and some of them to look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import polars as pl

from ecrec_assets.contracts.engine.plan import ROW
from ecrec_assets.contracts.engine.split import BITS
from ecrec_assets.contracts.engine.table import Table
from ecrec_assets.verdict import PartCount

MOST_PARTS = 1000
FEWEST_ROWS, MOST_ROWS = 10, 60
WITHHELD = "(withheld)"


class Broken(NamedTuple):
    """Row numbers with the rules they break, as `failing_rows` gives them: rule `names[i]` is bit i of the words."""

    names: tuple[str, ...]
    rows: pl.DataFrame

    def flags(self) -> Iterator[tuple[str, pl.Expr]]:
        """Each rule with the rows that break it."""
        for i, name in enumerate(self.names):
            yield name, (pl.col(f"w{i // BITS}") & (1 << i % BITS)) != 0


class RowSample(NamedTuple):
    """Some of the rows that break a rule, the first of each partition value before others; JSON values and text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def counts_by_part(table: Table, column: str | None, found: list[Broken]) -> tuple[PartCount, ...]:
    """Rows and failing rows of every value of `column`; nothing where there is no such column or too many values."""
    if column is None or column not in table.schema or column in table.withheld or column in table.private:
        return ()
    totals = table.frame.group_by(column).agg(pl.len()).sort(column, nulls_last=True).collect(engine="streaming")
    if totals.height > MOST_PARTS:
        return ()
    failed: dict[Any, dict[str, int]] = {value: {} for value in totals[column]}
    for broken in found:
        for row in _by_value(table, column, broken).iter_rows(named=True):
            failed[row[column]] |= {name: row[f"n{i}"] for i, name in enumerate(broken.names) if row[f"n{i}"]}
    return tuple(PartCount(_label(value), rows, failed[value]) for value, rows in totals.iter_rows())


class Sampler:
    """Picks failing rows in one pass over the table, up to the last row that is shown.

    Only `columns` are shown, private ones as `(withheld)`; `first` names those of a rule, shown before the others.
    """

    def __init__(
        self, table: Table, part: str | None, columns: Iterable[str], first: Mapping[str, tuple[str, ...]]
    ) -> None:
        self.table, self.first = table, first
        self.columns = tuple(name for name in columns if name in table.visible)
        self.part = part if part in table.schema and part not in table.private else None

    def __call__(self, found: list[Broken]) -> dict[str, RowSample]:
        chosen = {name: self._choose(broken, flag) for broken in found for name, flag in broken.flags()}
        numbers = pl.Series(sorted({n for rows in chosen.values() for n in rows}), dtype=pl.get_index_type())
        if numbers.is_empty():
            return {}
        wanted = dict.fromkeys([*([self.part] if self.part else ()), *self.columns])
        public = [name for name in wanted if name not in self.table.private]
        upto = self.table.frame.head(numbers[-1] + 1).with_row_index(ROW)
        rows = upto.filter(pl.col(ROW).is_in(numbers.implode())).select(ROW, *public).collect(engine="streaming")
        by_number = {row[ROW]: row for row in rows.iter_rows(named=True)}
        return {name: self._sample(name, [by_number[n] for n in picked]) for name, picked in chosen.items()}

    def _choose(self, broken: Broken, flag: pl.Expr) -> list[int]:
        rows = broken.rows.lazy().filter(flag).select(ROW)
        firsts = rows.head(FEWEST_ROWS).collect()[ROW].to_list()
        if self.part is None:
            return firsts
        values = self.table.frame.select(self.part).with_row_index(ROW)
        each = values.join(rows, on=ROW).group_by(self.part).agg(pl.col(ROW).min()).sort(self.part, nulls_last=True)
        by_part = each.collect(engine="streaming")[ROW].to_list()[-MOST_ROWS:]
        return sorted({*by_part, *firsts[: max(0, FEWEST_ROWS - len(by_part))]})

    def _sample(self, rule: str, rows: list[dict[str, Any]]) -> RowSample:
        order = [*([self.part] if self.part else ()), *self.first.get(rule, ()), *self.columns]
        columns = tuple(name for name in dict.fromkeys(order) if name in self.columns or name == self.part)
        return RowSample(columns, tuple(tuple(row.get(name, WITHHELD) for name in columns) for row in rows))


def _by_value(table: Table, column: str, broken: Broken) -> pl.DataFrame:
    """A column `n<i>` for rule i with its failing rows, for each value that has any."""
    counts = [flag.sum().alias(f"n{i}") for i, (_, flag) in enumerate(broken.flags())]
    values = table.frame.select(column).with_row_index(ROW)
    return values.join(broken.rows.lazy(), on=ROW).group_by(column).agg(counts).collect(engine="streaming")


def _label(value: Any) -> str:
    return "missing" if value is None else str(value)
