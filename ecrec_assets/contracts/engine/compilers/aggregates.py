"""Column metrics: one number over the rows asked about."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal, cast

import polars as pl

from ecrec_assets.contracts.engine.compilers import classes, days, references
from ecrec_assets.contracts.engine.compilers.domain import Asked
from ecrec_assets.contracts.engine.plan import Plan, Scalar
from ecrec_assets.contracts.engine.table import CannotCompile

Interpolation = Literal["linear", "lower", "higher", "midpoint", "nearest"]
INTERPOLATIONS = ("linear", "lower", "higher", "midpoint", "nearest")
REVEALING = {
    "column.min",
    "column.max",
    "column.median",
    "column.quantile_values",
    "column.most_common_value",
    "column.distinct_values",
    "column.distinct_values.not_in_set",
}


def aggregate(metric: str, asked: Asked) -> Plan:
    """The plan of one column metric. CannotCompile when its column has no such value, or may not show it."""
    asked.table.column(asked.column)
    if metric in REVEALING and asked.column in asked.table.private:
        raise CannotCompile(f"it would put values of the personal column {asked.column} into the report")
    plan = AGGREGATES[metric](asked)
    if isinstance(plan, Scalar):
        asked.table.check(plan.value)
    return plan


def numbers(asked: Asked) -> pl.Expr:
    """The values present, of a column that can be summed. Polars would give null for a text, not an error."""
    if not (asked.dtype.is_numeric() or asked.dtype == pl.Boolean):
        raise CannotCompile(f"column {asked.column} is {asked.dtype}, which has no mean, sum or deviation")
    return asked.present.cast(pl.Float64) if asked.dtype.is_decimal() else asked.present


def minimum(asked: Asked) -> Plan:
    return Scalar(asked.present.min())


def maximum(asked: Asked) -> Plan:
    return Scalar(asked.present.max())


def mean(asked: Asked) -> Plan:
    return Scalar(numbers(asked).mean())


def median(asked: Asked) -> Plan:
    return Scalar(numbers(asked).median())


def deviation(asked: Asked) -> Plan:
    return Scalar(numbers(asked).cast(pl.Float64).std(ddof=1), _nan_for_none)


def total(asked: Asked) -> Plan:
    """Small integers are widened first, so that a sum does not wrap around."""
    terms = numbers(asked)
    return Scalar((terms.cast(pl.Int64) if asked.dtype.is_integer() else terms).sum())


def quantiles(asked: Asked) -> Plan:
    how = asked.arguments.get("allow_relative_error") or "nearest"
    if how not in INTERPOLATIONS:
        raise CannotCompile(f"allow_relative_error must be one of {', '.join(INTERPOLATIONS)}")
    at = nearest if how == "nearest" else _interpolated(cast("Interpolation", how))
    found = pl.concat_list([at(numbers(asked), share) for share in asked.arguments["quantiles"]])
    return Scalar(found, lambda values: [_nan_for_none(value) for value in values])


def nearest(terms: pl.Expr, share: float) -> pl.Expr:
    """Ties go to the even position, as numpy has it; polars rounds them up."""
    place = ((terms.len().cast(pl.Float64) - 1) * share).round(mode="half_to_even").clip(0).cast(pl.Int64)
    return terms.sort().get(place, null_on_oob=True)


def _interpolated(how: Interpolation) -> Callable[[pl.Expr, float], pl.Expr]:
    return lambda terms, share: terms.quantile(share, interpolation=how)


def distinct_count(asked: Asked) -> Plan:
    return Scalar(asked.present.n_unique())


def present_count(asked: Asked) -> Plan:
    return Scalar(asked.present.len())


def _nan_for_none(value: Any) -> Any:
    return math.nan if value is None else value


AGGREGATES: dict[str, Callable[[Asked], Plan]] = {
    "column.min": minimum,
    "column.max": maximum,
    "column.mean": mean,
    "column.median": median,
    "column.standard_deviation": deviation,
    "column.sum": total,
    "column.quantile_values": quantiles,
    "column.non_null_count": present_count,
    "column.distinct_values": classes.distinct,
    "column.distinct_values.count": distinct_count,
    "column.distinct_values.not_in_set": classes.unexpected,
    "column.distinct_values.not_in_set.count": classes.unexpected_count,
    "column.distinct_values.missing_from_column": classes.missing,
    "column.distinct_values.missing_from_column.count": classes.missing_count,
    "column.most_common_value": classes.most_common,
    "column.largest_class": classes.largest,
    "column.reference_coverage": references.coverage,
    "column.age_hours": days.age,
    "column.day_gaps": days.gaps,
}
