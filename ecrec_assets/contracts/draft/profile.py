"""What a column holds: every different value with its number of rows. All limits of a draft are counted from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

VALUE, ROWS, FIRST = "value", "rows", "first"
CELLS_AT_ONCE = 30_000_000  # columns read in one pass of the source hold about this many values


@dataclass(frozen=True)
class ColumnProfile:
    """One column. `counts` has `value`, `rows` and `first` (the row a value is first seen in), sorted by value, without
    nulls and NaN; it is empty for a type whose values are not looked at (lists)."""

    name: str
    dtype: pl.DataType
    rows: int
    missing: int
    not_finite: int
    counts: pl.DataFrame

    @property
    def present(self) -> int:
        return self.rows - self.missing

    @property
    def distinct(self) -> int:
        return self.counts.height

    @property
    def unique(self) -> bool:
        """Every row has a value and no two the same."""
        return self.missing == 0 and self.distinct == self.rows and self.rows > 0

    @cached_property
    def _places(self) -> pl.Series:
        return self.counts[ROWS].cum_sum()

    def quantile(self, share: float) -> Any:
        """The value below which `share` of the present rows lie (the nearest row, no interpolation)."""
        place = min(max(int(share * self.present), 0), self.present - 1) + 1
        return self.counts[VALUE][int(self._places.search_sorted(place, side="left"))]

    @property
    def low(self) -> Any:
        return self.counts[VALUE][0]

    @property
    def high(self) -> Any:
        return self.counts[VALUE][-1]

    @property
    def rarest(self) -> int:
        """How many rows hold the value that the fewest hold; 0 without values."""
        return int(min(self.counts[ROWS], default=0))

    def rows_where(self, condition: pl.Expr) -> int:
        """How many rows hold a value that meets a condition on `value`."""
        return int(self.counts.filter(condition)[ROWS].sum())

    def where(self, condition: pl.Expr) -> ColumnProfile:
        """The column with only the values that meet a condition; the others do not count as missing."""
        kept = self.counts.filter(condition)
        return ColumnProfile(self.name, self.dtype, int(kept[ROWS].sum()), 0, 0, kept)

    @cached_property
    def top(self) -> tuple[Any, float]:
        """The most frequent value and its share of the values present."""
        most = self.counts.row(int(self.counts[ROWS].arg_max() or 0), named=True)
        return most[VALUE], most[ROWS] / self.present


def profiles(frame: pl.LazyFrame) -> Iterator[ColumnProfile]:
    """One profile a column, in order. The frame is read once for as many columns as fit into memory together."""
    schema = frame.collect_schema()
    if not schema:
        return
    rows = int(frame.select(pl.len()).collect(engine="streaming").item())
    names, at_once = schema.names(), max(1, CELLS_AT_ONCE // max(rows, 1))
    for start in range(0, len(names), at_once):
        part = names[start : start + at_once]
        counted = pl.collect_all([_counted(frame, name, schema[name]) for name in part], engine="streaming")
        for name, counts in zip(part, counted, strict=True):
            yield _profile(name, schema[name], rows, counts)


def _counted(frame: pl.LazyFrame, name: str, dtype: pl.DataType) -> pl.LazyFrame:
    if dtype.is_nested():
        missing = pl.col(name).is_null()
        return (
            frame.select(value=pl.when(~missing).then(pl.lit("")), first=pl.lit(0, dtype=pl.UInt32))
            .group_by(VALUE)
            .agg(pl.len().alias(ROWS), pl.col(FIRST).min())
        )
    indexed = frame.select(value=pl.col(name)).with_row_index(FIRST)
    return indexed.group_by(VALUE).agg(pl.len().alias(ROWS), pl.col(FIRST).min())


def _profile(name: str, dtype: pl.DataType, rows: int, counts: pl.DataFrame) -> ColumnProfile:
    number = pl.col(VALUE).is_not_null() & (pl.col(VALUE).is_not_nan() if dtype.is_float() else pl.lit(value=True))
    there = counts.filter(number)
    odd = counts.filter(~pl.col(VALUE).is_finite())[ROWS].sum() if dtype.is_float() else 0
    kept = there.clear() if dtype.is_nested() else there.sort(VALUE)
    return ColumnProfile(name, dtype, rows, rows - int(there[ROWS].sum()), int(odd), kept)
