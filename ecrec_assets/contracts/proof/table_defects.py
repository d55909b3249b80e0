"""Defects of a table as a whole: what is lost, doubled, late, lopsided or of another scale."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import polars as pl

from ecrec_assets.contracts.model import Rule
from ecrec_assets.contracts.proof.defect import TableDefect
from ecrec_assets.contracts.results import columns_read

Table = pl.LazyFrame
ORDER = "_order"


def table_defects(rule: Rule, schema: pl.Schema, key: tuple[str, ...]) -> Iterator[TableDefect]:
    """What to try for a rule about a table, most fitting first. `key` is the primary key."""
    fitting = FITTING.get(rule.expectation)
    if fitting is not None:
        yield from fitting(rule.kwargs, schema)
    for column in dict.fromkeys((*columns_read(rule), *(condition.column for condition in rule.where))):
        if column in schema:
            yield from _of_column(column, schema[column])
    yield TableDefect("nine rows of ten lost", lambda table: _every(table, 10))
    yield TableDefect("all rows lost", lambda table: table.head(0))
    yield TableDefect("one row left", lambda table: table.head(1))
    yield TableDefect("every row twice, with new keys", lambda table: _doubled(table, schema, key))


def _of_column(column: str, dtype: pl.DataType) -> Iterator[TableDefect]:
    """What goes wrong in one column of a whole delivery. Those that only lose rows come first: they lie least."""
    own = pl.col(column)
    if not isinstance(dtype, pl.List):
        yield TableDefect(f"only the rows of the most frequent {column}", lambda t: t.filter(_is_most_frequent(column)))
        yield TableDefect(
            f"the rows of the most frequent {column} lost", lambda t: t.filter(~_is_most_frequent(column))
        )
        yield TableDefect(f"{column}: only its least tenth delivered", lambda t: _tenth(t, column, descending=False))
        yield TableDefect(f"{column}: only its greatest tenth delivered", lambda t: _tenth(t, column, descending=True))
        yield TableDefect(f"{column}: rows of a fifth of its values lost", lambda t: _fewer_values(t, column))
        yield TableDefect(f"{column}: one row a value", lambda t: t.unique(column, keep="any"))
    if dtype.is_numeric():
        for factor in (100, 0.01, -1):
            yield _changed(column, own * factor, dtype, f"{column} times {factor}")
        yield _changed(column, own.fill_null(0) * 0, dtype, f"{column} all 0")
    if dtype.is_temporal():
        for days in (-400, 400):
            yield _changed(column, own + timedelta(days=days), dtype, f"{column} {days:+} days")
    yield _changed(column, own.shuffle(seed=1), dtype, f"{column} shuffled between the rows")
    yield _changed(column, own.first(), dtype, f"{column} the same everywhere")
    yield _changed(column, pl.when(pl.int_range(pl.len()) % 2 == 0).then(own), dtype, f"every second {column} missing")
    yield _changed(column, pl.lit(None), dtype, f"{column} missing everywhere")


def _changed(column: str, change: pl.Expr, dtype: pl.DataType, what: str) -> TableDefect:
    return TableDefect(what, lambda table: table.with_columns(change.cast(dtype, strict=False).alias(column)))


def _is_most_frequent(column: str) -> pl.Expr:
    return pl.col(column).eq_missing(pl.col(column).drop_nulls().mode().sort().first())


def _tenth(table: Table, column: str, *, descending: bool) -> Table:
    few = (pl.len() // 10).clip(1)
    rank = pl.col(column).rank("ordinal", descending=descending)
    return table.filter(rank <= few)


def _fewer_values(table: Table, column: str) -> Table:
    return table.filter(pl.col(column).rank("dense") % 5 != 0)


def _every(table: Table, nth: int) -> Table:
    return table.filter(pl.int_range(pl.len()) % nth == 0)


def _doubled(table: Table, schema: pl.Schema, key: tuple[str, ...]) -> Table:
    """A second copy whose keys are new: numbers above the greatest, texts with an ending."""
    free = next((name for name in reversed(key) if schema[name].is_integer() or schema[name] == pl.String), None)
    if free is None:
        return pl.concat([table, table])
    own = pl.col(free)
    new = own + own.max() + 1 if schema[free].is_integer() else own + "-2"
    return pl.concat([table, table.with_columns(new.cast(schema[free]))])


def _schema(kwargs: dict[str, Any], schema: pl.Schema) -> Iterator[TableDefect]:
    last = list(kwargs["column_types"])[-1]
    for name in dict.fromkeys((last, *kwargs["column_types"])):
        yield TableDefect(f"{name} is called {name}_new", partial(_renamed, name))
        other = pl.col(name).is_null() if schema[name] == pl.String else pl.lit("text").alias(name)
        yield TableDefect(f"{name} delivered as another type", partial(_with, other))


def _renamed(name: str, table: Table) -> Table:
    return table.rename({name: f"{name}_new"})


def _with(column: pl.Expr, table: Table) -> Table:
    return table.with_columns(column)


def _only(rows: pl.Expr, table: Table) -> Table:
    return table.filter(rows)


def _row_count(kwargs: dict[str, Any], _: pl.Schema) -> Iterator[TableDefect]:
    low = kwargs.get("min_value", kwargs.get("value"))
    if low:
        yield TableDefect(f"only {low - 1:,} rows", lambda table: table.head(low - 1))


def _days(kwargs: dict[str, Any], _: pl.Schema) -> Iterator[TableDefect]:
    column, least = kwargs["column"], kwargs.get("min_rows", 1)
    day = pl.col(column).dt.date()
    busiest = day.mode().sort().first()
    yield TableDefect("the busiest day lost", lambda table: table.filter(day != busiest))
    yield TableDefect(
        f"the busiest day has {least - 1} rows",
        lambda table: table.filter((day != busiest) | (pl.int_range(pl.len()).over(day) < least - 1)),
    )
    middle = day.unique().sort().gather(day.n_unique() // 2)
    yield TableDefect("a day in the middle lost", lambda table: table.filter(~day.is_in(middle.implode())))


def _stale(kwargs: dict[str, Any], _: pl.Schema) -> Iterator[TableDefect]:
    column = kwargs["column"]
    own = pl.col(column)
    for hours in (kwargs.get("max_age_hours", 24) * times for times in (1, 2, 10, 100)):
        older = own < own.max() - timedelta(hours=hours)
        yield TableDefect(f"the newest {hours:g} h of {column} not delivered", partial(_only, older))


def _one_value_lost(kwargs: dict[str, Any], _: pl.Schema) -> Iterator[TableDefect]:
    column = kwargs["column"]
    for value in kwargs.get("value_set") or ():
        yield TableDefect(f"no row with {column} = {value!r}", partial(_only, pl.col(column) != value))


def _lopsided(kwargs: dict[str, Any], _: pl.Schema) -> Iterator[TableDefect]:
    """Most of the others are lost, so that one class takes more than its share."""
    column = kwargs["column"]
    for keep in (20, 200, 2000):
        rows = _is_most_frequent(column) | (pl.int_range(pl.len()) % keep == 0)
        what = f"of all {column} but the most frequent only one row in {keep} delivered"
        yield TableDefect(what, partial(_only, rows))


FITTING: dict[str, Callable[[dict[str, Any], pl.Schema], Iterator[TableDefect]]] = {
    "expect_table_schema_to_match": _schema,
    "expect_table_row_count_to_be_between": _row_count,
    "expect_table_row_count_to_equal": _row_count,
    "expect_days_to_have_rows": _days,
    "expect_column_max_to_be_recent": _stale,
    "expect_column_distinct_values_to_contain_set": _one_value_lost,
    "expect_column_distinct_values_to_equal_set": _one_value_lost,
    "expect_largest_class_share_to_be_at_most": _lopsided,
}
