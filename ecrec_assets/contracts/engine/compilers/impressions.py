"""Row rule: the same thing shown again to the same person within seconds."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from ecrec_assets.contracts.engine.compilers.columns import all_of, value
from ecrec_assets.contracts.engine.compilers.domain import Asked
from ecrec_assets.contracts.engine.compilers.lookups import moment_of


def not_repeated(asked: Asked) -> pl.Expr:
    """More than `within_seconds` after the row with the same key just before it in time; ties go by row order.

    One sort by key, time and row number puts that row just above, so that a million small keys cost no more than one.
    Rows outside the domain come last and are compared with nothing.
    """
    at = moment_of(asked.table, asked.arguments["time_column"])
    counted = asked.rows()
    counted = at.is_not_null() if counted is None else counted & at.is_not_null()
    key = [~counted, *(value(asked.table, name) for name in asked.domain.columns)]
    order = pl.arg_sort_by([*key, at, pl.int_range(pl.len())])
    same = all_of(part.gather(order).eq_missing(part.gather(order).shift()) for part in key)
    near = at.gather(order).diff() <= timedelta(seconds=asked.arguments["within_seconds"])
    again = (same & near).fill_null(value=False).gather(order.arg_sort())
    return ~(again & counted)
