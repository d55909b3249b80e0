"""Column metrics: one value over all rows of a column, or over those of a row condition."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import polars as pl

from ecrec_assets.contracts.engine.compilers.columns import known_values, value
from ecrec_assets.contracts.engine.compilers.domain import Domain
from ecrec_assets.contracts.engine.plan import CannotCompile, Plan, Query, Scalar, Table

Values = dict[str, Any]
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


def aggregate(table: Table, metric: str, domain: Domain, values: Values) -> Plan:
    """The plan of one column metric. CannotCompile when the column's type has no such value."""
    table.column(domain.column)
    if metric in REVEALING and domain.column in table.private:
        raise CannotCompile(f"it would put values of the personal column {domain.column} into the report")
    plan = AGGREGATES[metric](table, domain, values)
    if isinstance(plan, Scalar):
        table.check(plan.value)
    return plan


def column(table: Table, domain: Domain) -> pl.Expr:
    """The values asked about: no nulls, no NaN, only rows of the condition."""
    values = value(table, domain.column)
    return (values if domain.where is None else values.filter(domain.where)).drop_nulls()


def numbers(table: Table, domain: Domain) -> pl.Expr:
    dtype = table.column(domain.column)
    if not (dtype.is_numeric() or dtype == pl.Boolean):
        raise CannotCompile(f"column {domain.column} is {dtype}, which has no mean, sum or deviation")
    values = column(table, domain)
    return values.cast(pl.Float64) if dtype.is_decimal() else values


def _min(table: Table, domain: Domain, values: Values) -> Plan:
    return Scalar(column(table, domain).min())


def _max(table: Table, domain: Domain, values: Values) -> Plan:
    return Scalar(column(table, domain).max())


def _mean(table: Table, domain: Domain, values: Values) -> Plan:
    return Scalar(numbers(table, domain).mean())


def _median(table: Table, domain: Domain, values: Values) -> Plan:
    return Scalar(numbers(table, domain).median())


def _deviation(table: Table, domain: Domain, values: Values) -> Plan:
    return Scalar(numbers(table, domain).cast(pl.Float64).std(ddof=1), lambda found: math.nan if found is None else found)


def _sum(table: Table, domain: Domain, values: Values) -> Plan:
    widened = numbers(table, domain)
    return Scalar((widened.cast(pl.Int64) if table.column(domain.column).is_integer() else widened).sum())


def _quantiles(table: Table, domain: Domain, values: Values) -> Plan:
    how = values.get("allow_relative_error") or "nearest"
    if how not in INTERPOLATIONS:
        raise CannotCompile(f"allow_relative_error must be one of {', '.join(INTERPOLATIONS)}")
    ordered = numbers(table, domain)
    if how == "nearest":
        found = _nearest(ordered, values["quantiles"])
    else:
        found = pl.concat_list([ordered.quantile(q, interpolation=how) for q in values["quantiles"]])
    return Scalar(found, lambda quantiles: [math.nan if q is None else q for q in quantiles])


def _nearest(ordered: pl.Expr, quantiles: list[float]) -> pl.Expr:
    """Ties go to the even position, as numpy has it."""
    last = ordered.len().cast(pl.Float64) - 1
    places = [(last * q).round(mode="half_to_even").clip(0).cast(pl.Int64) for q in quantiles]
    return pl.concat_list([ordered.sort().get(place, null_on_oob=True) for place in places])


def _distinct_count(table: Table, domain: Domain, values: Values) -> Plan:
    return Scalar(column(table, domain).n_unique())


def _present_count(table: Table, domain: Domain, values: Values) -> Plan:
    return Scalar(column(table, domain).len())


def counts(table: Table, domain: Domain, finish: Callable[[pl.DataFrame], Any]) -> Query:
    """`value, count` of every distinct value present, most frequent first, then by value."""
    rows = pl.lit(value=True) if domain.where is None else domain.where
    present = value(table, domain.column)

    def build(frame: pl.LazyFrame) -> pl.LazyFrame:
        grouped = frame.filter(rows).select(value=present).drop_nulls().group_by("value").agg(count=pl.len())
        return grouped.sort("count", "value", descending=[True, False])

    return Query(build, finish)


def _distinct(table: Table, domain: Domain, values: Values) -> Plan:
    return counts(table, domain, lambda found: set(found["value"].to_list()))


def _most_common(table: Table, domain: Domain, values: Values) -> Plan:
    def modes(found: pl.DataFrame) -> list[Any]:
        return found.filter(pl.col("count") == pl.col("count").max())["value"].to_list()

    return counts(table, domain, modes)


def _beyond(table: Table, domain: Domain, values: Values) -> Callable[[pl.DataFrame], list[Any]]:
    members = known_values(table.column(domain.column), values["value_set"] or ())
    return lambda found: found.filter(~pl.col("value").is_in(members.implode()))["value"].sort().to_list()


def _lacking(table: Table, domain: Domain, values: Values) -> Callable[[pl.DataFrame], list[Any]]:
    dtype = table.column(domain.column)
    wanted = list(dict.fromkeys(values["value_set"] or ()))

    def lacking(found: pl.DataFrame) -> list[Any]:
        here = set(found["value"].to_list())
        return [item for item in wanted if not set(known_values(dtype, [item]).to_list()) & here]

    return lacking


def _not_in_set(table: Table, domain: Domain, values: Values) -> Plan:
    beyond = _beyond(table, domain, values)
    return counts(table, domain, lambda found: beyond(found)[: values.get("limit") or 20])


def _not_in_set_count(table: Table, domain: Domain, values: Values) -> Plan:
    beyond = _beyond(table, domain, values)
    return counts(table, domain, lambda found: len(beyond(found)))


def _missing(table: Table, domain: Domain, values: Values) -> Plan:
    lacking = _lacking(table, domain, values)
    return counts(table, domain, lambda found: lacking(found)[: values.get("limit") or 20])


def _missing_count(table: Table, domain: Domain, values: Values) -> Plan:
    lacking = _lacking(table, domain, values)
    return counts(table, domain, lambda found: len(lacking(found)))


AGGREGATES: dict[str, Callable[[Table, Domain, Values], Plan]] = {
    "column.min": _min,
    "column.max": _max,
    "column.mean": _mean,
    "column.median": _median,
    "column.standard_deviation": _deviation,
    "column.sum": _sum,
    "column.quantile_values": _quantiles,
    "column.distinct_values": _distinct,
    "column.distinct_values.count": _distinct_count,
    "column.distinct_values.not_in_set": _not_in_set,
    "column.distinct_values.not_in_set.count": _not_in_set_count,
    "column.distinct_values.missing_from_column": _missing,
    "column.distinct_values.missing_from_column.count": _missing_count,
    "column.most_common_value": _most_common,
    "column.non_null_count": _present_count,
}
