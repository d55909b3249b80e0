"""Row rules that compare columns with each other, or rows with other rows."""

from __future__ import annotations

from itertools import combinations
from typing import cast

import polars as pl

from ecrec_assets.contracts.engine.compilers.columns import all_of, leaf, value
from ecrec_assets.contracts.engine.compilers.domain import Asked
from ecrec_assets.contracts.engine.plan import Repeats


def equal(asked: Asked) -> pl.Expr:
    left, right = asked.values
    return left == right


def greater(asked: Asked) -> pl.Expr:
    left, right = asked.values
    return left >= right if asked.arguments.get("or_equal") else left > right


def sum_equals(asked: Asked) -> pl.Expr:
    first, *rest = asked.values
    return sum(rest, start=first) == asked.arguments["sum_total"]


def all_alike(asked: Asked) -> pl.Expr:
    first, *rest = asked.values
    return all_of(first.eq_missing(other) for other in rest)


def all_unlike(asked: Asked) -> pl.Expr:
    return all_of(left.ne_missing(right) for left, right in combinations(asked.values, 2))


def in_one_group(asked: Asked) -> pl.Expr:
    """All rows with this value, of those asked about, have the same group; a missing group is one of its own."""
    group = value(asked.table, asked.arguments["group_column"])
    return group.filter(asked.where).n_unique().over(asked.value) <= 1


def finite(asked: Asked) -> pl.Expr:
    """Every number, those in lists too."""
    types = {name: asked.table.column(name) for name in asked.domain.columns}
    return all_of(_finite(pl.col(name), dtype) for name, dtype in types.items() if leaf(dtype).is_float())


def _finite(values: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.Array):
        values, dtype = values.arr.to_list(), pl.List(dtype.inner)
    if isinstance(dtype, pl.List):
        inside = _finite(pl.element(), cast("pl.DataType", dtype.inner))
        return values.list.eval(inside).list.all().fill_null(value=True)
    return values.is_finite() | values.is_null()


def whole(asked: Asked) -> pl.Expr:
    """No value of the key is missing."""
    return all_of(part.is_not_null() for part in asked.values)


def repeated(asked: Asked) -> Repeats:
    """Every row whose values occur again."""
    return Repeats(tuple(asked.values), asked.rows())


def surplus_key(asked: Asked) -> Repeats:
    """All rows of a key but its first."""
    complete = whole(asked)
    within = complete if asked.domain.where is None else complete & asked.domain.where
    return Repeats(tuple(asked.values), within, keep_first=True)


def surplus_row(asked: Asked) -> Repeats:
    """All rows that agree in the columns, or in every column, but the first."""
    names = asked.domain.columns or tuple(asked.table.visible)
    return Repeats(tuple(value(asked.table, name) for name in names), asked.domain.where, keep_first=True)
