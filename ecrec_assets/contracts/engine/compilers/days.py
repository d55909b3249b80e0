"""Column metrics over time: how old the newest value is, and which calendar days lack rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from ecrec_assets.contracts.engine.compilers.columns import midnight
from ecrec_assets.contracts.engine.compilers.domain import Asked
from ecrec_assets.contracts.engine.plan import Plan, Query, Scalar
from ecrec_assets.contracts.engine.table import CannotCompile


def age(asked: Asked) -> Plan:
    """Hours from the newest value to `as_of`, or to the time of the audit. Times without a zone are UTC."""
    _refuse_other_than_time(asked)
    stated = asked.arguments.get("as_of")
    as_of = datetime.fromisoformat(stated) if stated else asked.table.now
    if as_of is None:
        raise CannotCompile("neither 'as_of' nor the time of the audit is known")

    def hours(newest: date | None) -> float | None:
        return None if newest is None else (_utc(as_of) - _utc(newest)).total_seconds() / 3600

    return Scalar(asked.present.max(), hours)


def gaps(asked: Asked) -> Plan:
    """Calendar days from the first to the last: those without a row, and those with fewer than `min_rows`."""
    _refuse_other_than_time(asked)
    day = asked.value.dt.date() if isinstance(asked.dtype, pl.Datetime) else asked.value

    def build(frame: pl.LazyFrame) -> pl.LazyFrame:
        present = frame.filter(asked.where).select(day=day).drop_nulls()
        return present.group_by("day").agg(rows=pl.len()).sort("day")

    return Query(build, lambda found: _calendar(dict(found.iter_rows()), asked.arguments["min_rows"]))


def _calendar(rows: dict[date, int], least: int) -> dict[str, Any]:
    if not rows:
        return {"days": 0, "missing": [], "thin": {}}
    first, last = min(rows), max(rows)
    calendar = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    return {
        "days": len(calendar),
        "missing": [day.isoformat() for day in calendar if day not in rows],
        "thin": {day.isoformat(): rows[day] for day in calendar if 0 < rows.get(day, 0) < least},
    }


def _refuse_other_than_time(asked: Asked) -> None:
    if not isinstance(asked.dtype, pl.Datetime | pl.Date):
        raise CannotCompile(f"column {asked.column} is {asked.dtype}, not a date or time")


def _utc(moment: date) -> datetime:
    stamp = midnight(moment)
    return stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)
