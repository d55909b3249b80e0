"""What one metric needs from the frame, as a value: built by the compilers, computed by the runner."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

ROW = "__row__"
BROKEN = "__broken__"


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
    """The rows that break one rule: those where `broken` is true (it is never null), and those that repeat.

    `tell` says of a failing row, given its `columns` and those `beside`, what is wrong; without it its value is shown.
    """

    key: str
    columns: tuple[str, ...]
    broken: pl.Expr
    repeats: Repeats | None = None
    shape: Literal["column", "pair", "list"] = "column"
    beside: tuple[str, ...] = ()
    tell: Callable[[Mapping[str, Any]], str] | None = None


def present(value: pl.Expr, where: pl.Expr | None) -> pl.Expr:
    """The values in the rows where `where` is true (None: all), without nulls."""
    return (value if where is None else value.filter(where)).drop_nulls()


@dataclass(frozen=True)
class Scalar:
    """One number or value over the whole frame; `finish` turns what polars gives into what the metric returns."""

    value: pl.Expr
    finish: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True)
class Distinct:
    """How many different values `value` has in the rows where `where` is true (None: all); nulls are none of them."""

    value: pl.Expr
    where: pl.Expr | None
    dtype: pl.DataType


@dataclass(frozen=True)
class Ordered:
    """A value told by the places of `terms` in ascending order, such as a median; nulls have no place.

    `whole` is the answer in one expression, which needs all terms in memory. `places(n)` are the places among n terms
    that decide it and `answer(n, values)` the same answer from the values there, for a table that is too large.
    """

    terms: pl.Expr
    where: pl.Expr | None
    whole: pl.Expr
    places: Callable[[int], set[int]]
    answer: Callable[[int, Mapping[int, Any]], Any]
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


Plan = Scalar | Distinct | Ordered | Query | Count | Examples | Known
