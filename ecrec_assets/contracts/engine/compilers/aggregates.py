"""Column metrics: one number over the rows asked about."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from ecrec_assets.contracts.engine.compilers import (
    balance,
    classes,
    days,
    drift,
    judgements,
    label_noise,
    moments,
    order,
    orphans,
    references,
)
from ecrec_assets.contracts.engine.compilers.domain import Asked
from ecrec_assets.contracts.engine.compilers.order import nan_for_none, numbers
from ecrec_assets.contracts.engine.plan import Distinct, Ordered, Plan, Scalar
from ecrec_assets.contracts.engine.table import CannotCompile

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
    if isinstance(plan, Scalar | Ordered):
        asked.table.check(plan.value if isinstance(plan, Scalar) else plan.whole)
    return plan


def minimum(asked: Asked) -> Plan:
    return Scalar(asked.present.min())


def maximum(asked: Asked) -> Plan:
    return Scalar(asked.present.max())


def mean(asked: Asked) -> Plan:
    return Scalar(numbers(asked).mean())


def deviation(asked: Asked) -> Plan:
    return Scalar(numbers(asked).cast(pl.Float64).std(ddof=1), nan_for_none)


def total(asked: Asked) -> Plan:
    """Small integers are widened first, so that a sum does not wrap around."""
    terms = numbers(asked)
    return Scalar((terms.cast(pl.Int64) if asked.dtype.is_integer() else terms).sum())


def distinct_count(asked: Asked) -> Plan:
    return Distinct(asked.value, asked.domain.where, asked.dtype)


def present_count(asked: Asked) -> Plan:
    return Scalar(asked.present.len())


AGGREGATES: dict[str, Callable[[Asked], Plan]] = {
    "column.min": minimum,
    "column.max": maximum,
    "column.mean": mean,
    "column.median": order.median,
    "column.standard_deviation": deviation,
    "column.sum": total,
    "column.quantile_values": order.quantiles,
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
    "column.stale_slices": moments.stale_slices,
    "column.orphan_share": orphans.share,
    "column.gini": balance.gini,
    "column.effective_number": balance.effective_number,
    "column.smallest_class": balance.smallest_class,
    "column.judged_queries": judgements.coverage,
    "column.psi": drift.stability,
    "column.ks_distance": drift.distance,
    "column.label_noise": label_noise.noise,
    "column.day_gaps": days.gaps,
}
