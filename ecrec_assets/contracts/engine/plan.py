"""What one metric needs from the frame, as a value: built by the compilers, computed by the runner."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import polars as pl

ROW = "__row__"
BROKEN = "__broken__"


class CannotCompile(ValueError):
    """A metric that this frame cannot answer: a column that is not there, a comparison between unlike types."""


@dataclass
class Table:
    """One candidate and what its rules may look at besides it.

    `withheld` names columns no rule may read, with the reason (the schema rule failed on them). Values of `private`
    columns never leave the engine. `surplus` keeps the row numbers of repeated keys, found once and used again.
    """

    frame: pl.LazyFrame
    references: Mapping[str, pl.LazyFrame] = field(default_factory=dict)
    withheld: Mapping[str, str] = field(default_factory=dict)
    private: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    now: datetime | None = None
    surplus: dict[str, pl.Series] = field(default_factory=dict)
    _schema: pl.Schema | None = None
    _empty: pl.LazyFrame | None = None
    _keys: dict[tuple[str, str], pl.Series] = field(default_factory=dict)

    @property
    def schema(self) -> pl.Schema:
        """Every column with its type, `hidden` ones included; read once, no data is touched."""
        if self._schema is None:
            self._schema = self.frame.collect_schema()
        return self._schema

    @property
    def visible(self) -> dict[str, pl.DataType]:
        """The columns that rules about the table as a whole see."""
        return {name: dtype for name, dtype in self.schema.items() if name not in self.hidden}

    def column(self, name: str) -> pl.DataType:
        """The type of a column a rule may read. CannotCompile says why it may not."""
        if name in self.withheld:
            raise CannotCompile(self.withheld[name])
        if name not in self.schema:
            raise CannotCompile(f"column {name} is missing")
        return self.schema[name]

    def check(self, *values: pl.Expr) -> None:
        """Evaluates on no rows, so that an impossible comparison is refused before any query is built on it."""
        try:
            self._no_rows().select(value.alias(str(i)) for i, value in enumerate(values)).collect()
        except pl.exceptions.PolarsError as error:
            raise CannotCompile(str(error).splitlines()[0]) from error

    def _no_rows(self) -> pl.LazyFrame:
        if self._empty is None:
            self._empty = pl.LazyFrame(schema=self.schema)
        return self._empty

    def keys(self, reference: str, column: str) -> pl.Series:
        """The distinct values of a reference column, read once. CannotCompile names a reference that is not there."""
        if (reference, column) not in self._keys:
            self._keys[reference, column] = self._read_keys(reference, column)
        return self._keys[reference, column]

    def _read_keys(self, reference: str, column: str) -> pl.Series:
        if reference not in self.references:
            raise CannotCompile(f"reference table '{reference}' was not given; it has to be published first")
        frame = self.references[reference]
        if column not in frame.collect_schema():
            raise CannotCompile(f"reference table '{reference}' has no column '{column}'")
        return frame.select(pl.col(column).drop_nulls().unique()).collect(engine="streaming").to_series()


@dataclass(frozen=True)
class Repeats:
    """Rows whose `values` occur more than once `within` the rows given (None: all rows).

    `keep_first` leaves the first row of each group alone, in the order of the frame.
    """

    values: tuple[pl.Expr, ...]
    within: pl.Expr | None = None
    keep_first: bool = False

    @property
    def digest(self) -> pl.Expr:
        """A 64-bit hash of the values. Equal values have equal hashes, so no repeated hash means no repeated row."""
        return pl.struct(*self._identity()).hash()

    @property
    def exact(self) -> pl.Expr:
        """True on repeated rows; costly, so it is asked only of rows whose hash is repeated."""
        rows = pl.struct(*self._identity())
        repeated = ~rows.is_first_distinct() if self.keep_first else rows.is_duplicated()
        return repeated if self.within is None else repeated & self.within

    def _identity(self) -> list[pl.Expr]:
        parts = (*self.values, *([] if self.within is None else [self.within]))
        return [part.alias(f"k{i}") for i, part in enumerate(parts)]


@dataclass(frozen=True)
class Mask:
    """The rows that break one rule: those where `broken` is true (it is never null), and those that repeat."""

    key: str
    columns: tuple[str, ...]
    broken: pl.Expr
    repeats: Repeats | None = None
    shape: Literal["column", "pair", "list"] = "column"


@dataclass(frozen=True)
class Scalar:
    """One number or value over the whole frame; `finish` turns what polars gives into what the metric returns."""

    value: pl.Expr
    finish: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True)
class Query:
    """A value that needs its own grouping of the frame."""

    build: Callable[[pl.LazyFrame], pl.LazyFrame]
    finish: Callable[[pl.DataFrame], Any]


@dataclass(frozen=True)
class Count:
    """How many rows break the rule."""

    mask: Mask


@dataclass(frozen=True)
class Examples:
    """The first `limit` rows (None: all) that break the rule. An empty answer is `finish` of an empty frame."""

    mask: Mask
    columns: tuple[str, ...]
    finish: Callable[[pl.DataFrame], Any]
    limit: int | None = None


@dataclass(frozen=True)
class Known:
    """A value that needs no data, such as the answer of a rule about the schema."""

    value: Any


Plan = Scalar | Query | Count | Examples | Known
