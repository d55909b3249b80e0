"""Column metrics that need values in ascending order: median and quantiles."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Literal, cast

import polars as pl

from ecrec_assets.contracts.engine.compilers.domain import Asked
from ecrec_assets.contracts.engine.plan import Ordered, Plan, Scalar
from ecrec_assets.contracts.engine.table import CannotCompile

Interpolation = Literal["linear", "lower", "higher", "midpoint", "nearest"]
INTERPOLATIONS = ("linear", "lower", "higher", "midpoint", "nearest")


def numbers(asked: Asked) -> pl.Expr:
    """The values present, of a column that can be summed. Polars would give null for a text, not an error."""
    return _numbers(asked, asked.present)


def median(asked: Asked) -> Plan:
    return _ordered(asked, numbers(asked).median(), [0.5], "linear", lambda values: values[0])


def quantiles(asked: Asked) -> Plan:
    how = asked.arguments.get("allow_relative_error") or "nearest"
    if how not in INTERPOLATIONS:
        raise CannotCompile(f"allow_relative_error must be one of {', '.join(INTERPOLATIONS)}")
    shares = asked.arguments["quantiles"]
    at = nearest if how == "nearest" else _interpolated(cast("Interpolation", how))
    whole = pl.concat_list([at(numbers(asked), share) for share in shares])
    return _ordered(asked, whole, shares, how, lambda values: [nan_for_none(value) for value in values])


def nearest(terms: pl.Expr, share: float) -> pl.Expr:
    """Ties go to the even position, as numpy has it; polars rounds them up."""
    place = ((terms.len().cast(pl.Float64) - 1) * share).round(mode="half_to_even").clip(0).cast(pl.Int64)
    return terms.sort().get(place, null_on_oob=True)


def nan_for_none(value: Any) -> Any:
    return math.nan if value is None else value


def _numbers(asked: Asked, values: pl.Expr) -> pl.Expr:
    if not (asked.dtype.is_numeric() or asked.dtype == pl.Boolean):
        raise CannotCompile(f"column {asked.column} is {asked.dtype}, which has no mean, sum or deviation")
    return values.cast(pl.Float64) if asked.dtype.is_decimal() else values


def _interpolated(how: Interpolation) -> Callable[[pl.Expr, float], pl.Expr]:
    return lambda terms, share: terms.quantile(share, interpolation=how)


def _ordered(asked: Asked, whole: pl.Expr, shares: list[float], how: str, finish: Callable[[list[Any]], Any]) -> Plan:
    """`whole` is one value or a list of them; found by their places they are always a list."""
    if asked.dtype == pl.Boolean:
        return Scalar(whole, lambda found: finish(found if isinstance(found, list) else [found]))
    return Ordered(
        terms=_numbers(asked, asked.value),
        where=asked.domain.where,
        whole=whole,
        places=lambda n: {place for share in shares for place in _between(n, share, how)[:2]},
        answer=lambda n, values: [_value(n, share, how, values) for share in shares],
        finish=lambda found: finish(found if isinstance(found, list) else [found]),
    )


def _between(n: int, share: float, how: str) -> tuple[int, int, float]:
    """The two places a quantile lies between, and how far from the first to the second."""
    exact = (n - 1) * share
    if how == "nearest":
        return round(exact), round(exact), 0.0
    return math.floor(exact), math.ceil(exact), exact - math.floor(exact)


def _value(n: int, share: float, how: str, values: Mapping[int, Any]) -> Any:
    """As polars computes it from the two values, in the same order of operations."""
    first, second, part = _between(n, share, how)
    low, high = values[first], values[second]
    if how == "nearest":
        return low
    if low == high or how == "lower":
        return float(low)
    if how == "higher":
        return float(high)
    return (low + high) / 2 if how == "midpoint" else part * (float(high) - float(low)) + float(low)
