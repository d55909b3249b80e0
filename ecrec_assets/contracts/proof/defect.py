"""A defect: what is done to some rows, or to a whole table, so that a rule should break."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import polars as pl


class RowDefect(NamedTuple):
    """`plant(targets, donors)` gives the targets back with the defect; donors are as many other rows of the table.

    `copies` says that the donors matter, and so that they may fail too.
    """

    what: str
    plant: Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]
    copies: bool = False


class TableDefect(NamedTuple):
    """`plant(table)` gives the table back with the defect."""

    what: str
    plant: Callable[[pl.LazyFrame], pl.LazyFrame]


def set_to(column: str, value: object, dtype: pl.DataType, what: str) -> RowDefect:
    """One value in the column of every target."""
    literal = pl.lit(value, dtype=dtype)
    return RowDefect(what, lambda targets, _: targets.with_columns(literal.alias(column)))


def changed(column: str, change: pl.Expr, dtype: pl.DataType, what: str) -> RowDefect:
    """The column computed anew from the row itself."""
    return RowDefect(what, lambda targets, _: targets.with_columns(change.cast(dtype, strict=False).alias(column)))


def copied(columns: tuple[str, ...], what: str) -> RowDefect:
    """The columns taken over from the donor."""
    return RowDefect(
        what,
        lambda targets, donors: targets.with_columns(donors[column].alias(column) for column in columns),
        copies=True,
    )
