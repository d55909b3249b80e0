"""One candidate as the engine sees it: its columns, what a rule may read of it, and the tables it refers to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from ecrec_assets.contracts.engine.sizes import Sizes, rows_at_a_glance

UNKNOWN = -1


class CannotCompile(ValueError):
    """A metric that this frame cannot answer: a column that is not there, a comparison between unlike types."""


@dataclass
class Table:
    """One candidate and what its rules may look at besides it.

    `withheld` names columns no rule may read, with the reason (the schema rule failed on them). Values of `private`
    columns never leave the engine. `untyped` columns come from pandas and hold no value, so nobody knows their type.
    `surplus` keeps the row numbers of repeated keys, found once and used again.
    """

    frame: pl.LazyFrame
    references: Mapping[str, pl.LazyFrame] = field(default_factory=dict)
    withheld: dict[str, str] = field(default_factory=dict)
    private: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    untyped: frozenset[str] = frozenset()
    now: datetime | None = None
    sizes: Sizes = field(default_factory=Sizes)
    surplus: dict[str, pl.Series] = field(default_factory=dict)
    _schema: pl.Schema | None = None
    _empty: pl.LazyFrame | None = None
    _rows: int | None = UNKNOWN
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

    @property
    def rows(self) -> int | None:
        """The number of rows where the plan tells it; None for a frame that has to be read to be counted."""
        if self._rows == UNKNOWN:
            self._rows = rows_at_a_glance(self.frame)
        return self._rows

    @property
    def is_large(self) -> bool:
        """Known to have more rows than are to be held in memory as whole columns."""
        return self.rows is not None and self.rows > self.sizes.whole

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
