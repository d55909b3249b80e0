"""Metrics of the table as a whole, and our own: schema, freshness, days, class balance, coverage of a reference."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from typing import Any

import polars as pl

from ecrec_assets.contracts.engine.compilers.aggregates import column, counts
from ecrec_assets.contracts.engine.compilers.columns import value
from ecrec_assets.contracts.engine.compilers.domain import Domain
from ecrec_assets.contracts.engine.plan import CannotCompile, Known, Plan, Query, Scalar, Table

Values = dict[str, Any]
MOST_DAYS = 20


def _row_count(table: Table, domain: Domain, values: Values) -> Plan:
    return Scalar(pl.len() if domain.where is None else domain.where.sum(), int)


def _schema_difference(table: Table, domain: Domain, values: Values) -> Plan:
    return Known(schema_difference(table.visible, values["column_types"]))


def schema_difference(found: dict[str, pl.DataType], wanted: dict[str, str]) -> dict[str, Any]:
    """What differs, only the parts that do: missing, renamed (a near name is there instead), retyped, unexpected."""
    missing = [name for name in wanted if name not in found]
    extra = [name for name in found if name not in wanted]
    retyped = {
        name: f"{found[name]}, not {dtype}" for name, dtype in wanted.items() if name in found and str(found[name]) != dtype
    }
    renamed = {name: near[0] for name in missing if (near := get_close_matches(name, extra, n=1, cutoff=0.6))}
    parts = {"missing": missing, "renamed": renamed, "retyped": retyped, "unexpected": extra}
    return {part: names for part, names in parts.items() if names}


def _age(table: Table, domain: Domain, values: Values) -> Plan:
    """Hours from the newest value to `as_of`, or to the clock the audit was given. Naive times are read as UTC."""
    dtype = table.column(domain.column)
    if not isinstance(dtype, pl.Datetime | pl.Date):
        raise CannotCompile(f"column {domain.column} is {dtype}, not a date or time")
    as_of = datetime.fromisoformat(values["as_of"]) if values.get("as_of") else table.now
    if as_of is None:
        raise CannotCompile("neither 'as_of' nor the time of the audit is known")

    def hours(newest: Any) -> float | None:
        return None if newest is None else (_utc(as_of) - _utc(newest)).total_seconds() / 3600

    return Scalar(column(table, domain).max(), hours)


def _utc(moment: date | datetime) -> datetime:
    stamp = moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001
    return stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)


def _days(table: Table, domain: Domain, values: Values) -> Plan:
    """Calendar days from the first to the last: how many have no row, how many fewer than `min_rows`."""
    dtype = table.column(domain.column)
    if not isinstance(dtype, pl.Datetime | pl.Date):
        raise CannotCompile(f"column {domain.column} is {dtype}, not a date or time")
    days = value(table, domain.column).dt.date() if isinstance(dtype, pl.Datetime) else value(table, domain.column)
    rows = pl.lit(value=True) if domain.where is None else domain.where

    def build(frame: pl.LazyFrame) -> pl.LazyFrame:
        return frame.filter(rows).select(day=days).drop_nulls().group_by("day").agg(rows=pl.len()).sort("day")

    return Query(build, lambda found: _gaps(found, values["min_rows"]))


def _gaps(found: pl.DataFrame, least: int) -> dict[str, Any]:
    here = dict(found.iter_rows())
    if not here:
        return {"days": 0, "missing": [], "thin": {}}
    first, last = min(here), max(here)
    calendar = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    missing = [day.isoformat() for day in calendar if day not in here]
    thin = {day.isoformat(): here[day] for day in calendar if 0 < here.get(day, 0) < least}
    return {"days": len(calendar), "missing": missing, "thin": thin}


def _largest_share(table: Table, domain: Domain, values: Values) -> Plan:
    private = domain.column in table.private

    def largest(found: pl.DataFrame) -> dict[str, Any]:
        if found.is_empty():
            return {"share": None, "value": None}
        share = found["count"][0] / found["count"].sum()
        return {"share": share, "value": None if private else str(found["value"][0])}

    return counts(table, domain, largest)


def _coverage(table: Table, domain: Domain, values: Values) -> Plan:
    """The share of distinct reference keys that occur in the column; 1 when the reference is empty."""
    keys = table.keys(values["reference"], values["reference_column"])
    known = column(table, domain)
    met = known.filter(known.is_in(keys.implode())).n_unique()
    return Scalar(met, lambda found: found / len(keys) if len(keys) else 1.0)


TABLE_METRICS: dict[str, Callable[[Table, Domain, Values], Plan]] = {
    "table.row_count": _row_count,
    "table.schema_difference": _schema_difference,
    "column.age_hours": _age,
    "column.day_gaps": _days,
    "column.largest_class": _largest_share,
    "column.reference_coverage": _coverage,
}
