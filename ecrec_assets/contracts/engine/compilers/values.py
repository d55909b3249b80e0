"""Row rules about the values of one column: there at all, one of a set, within bounds."""

from __future__ import annotations

from typing import Any

import polars as pl

from ecrec_assets.contracts.engine.compilers.columns import all_of, comparable, members
from ecrec_assets.contracts.engine.compilers.domain import Asked
from ecrec_assets.contracts.engine.table import CannotCompile


def is_null(asked: Asked) -> pl.Expr:
    return asked.value.is_null()


def is_present(asked: Asked) -> pl.Expr:
    return asked.value.is_not_null()


def in_set(asked: Asked) -> pl.Expr:
    wanted = asked.arguments.get("value_set")
    return pl.lit(value=True) if wanted is None else asked.value.is_in(members(asked.dtype, wanted).implode())


def not_in_set(asked: Asked) -> pl.Expr:
    return pl.lit(value=True) if asked.arguments.get("value_set") is None else ~in_set(asked)


def between(asked: Asked) -> pl.Expr:
    """CannotCompile when the bounds cross or are of another kind than the column."""
    low, high = asked.arguments.get("min_value"), asked.arguments.get("max_value")
    if low is not None and high is not None and type(low) is type(high) and low > high:
        raise CannotCompile("min_value cannot be greater than max_value")
    bounds = {"min_value": low, "max_value": high}
    typed = {name: comparable(asked.dtype, bound) for name, bound in bounds.items() if bound is not None}
    return within(asked.value, {**asked.arguments, **bounds, **typed})


def within(column: pl.Expr, bounds: dict[str, Any]) -> pl.Expr:
    """`column` between min_value and max_value; one of them may be None, either may be strict."""
    low, high = bounds.get("min_value"), bounds.get("max_value")
    if low is None and high is None:
        raise CannotCompile("min_value and max_value cannot both be None")
    parts = []
    if low is not None:
        parts.append(column > low if bounds.get("strict_min") else column >= low)
    if high is not None:
        parts.append(column < high if bounds.get("strict_max") else column <= high)
    return all_of(parts)
