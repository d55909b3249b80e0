"""Rules about time: not in the future, not before its cause, and fresh in every slice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl

from ecrec_assets.contracts.engine.compilers.columns import value
from ecrec_assets.contracts.engine.compilers.domain import Asked
from ecrec_assets.contracts.engine.compilers.lookups import alike, clock, instant, moment_of, reference
from ecrec_assets.contracts.engine.plan import Plan, Query

MOST_SLICES = 20


def not_in_future(asked: Asked) -> pl.Expr:
    """At most `tolerance_seconds` later than `as_of` or the audit."""
    latest = clock(asked.table, asked.arguments.get("as_of")) + _tolerance(asked)
    return moment_of(asked.table, asked.column) <= latest


def follows_cause(asked: Asked) -> pl.Expr:
    """At most `tolerance_seconds` earlier than the cause in the same row."""
    return _not_before(asked, moment_of(asked.table, asked.arguments["cause_column"]))


def follows_cause_in_reference(asked: Asked) -> pl.Expr:
    """At most `tolerance_seconds` earlier than the earliest time the reference has for the key of the row."""
    name, key, of = (asked.arguments[part] for part in ("reference", "reference_key", "reference_column"))
    own = asked.arguments["key_column"]
    dtype, read = alike(asked.table, own, name, key), reference(asked.table, name, [key, of])
    first = instant(pl.col("r1"), read.collect_schema()["r1"], f"{name}.{of}").min()
    known = read.drop_nulls().group_by(pl.col("r0").cast(dtype)).agg(first).collect(engine="streaming")
    if known.is_empty():
        return _not_before(asked, pl.lit(None, dtype=pl.Datetime("us")))
    cause = value(asked.table, own).cast(dtype).replace_strict(
        known["r0"], known["r1"], default=None, return_dtype=pl.Datetime("us")
    )  # fmt: skip
    return _not_before(asked, cause)


def _not_before(asked: Asked, cause: pl.Expr) -> pl.Expr:
    without = not asked.arguments.get("cause_required")
    return (moment_of(asked.table, asked.column) + _tolerance(asked) >= cause).fill_null(value=without)


def _tolerance(asked: Asked) -> timedelta:
    return timedelta(seconds=asked.arguments.get("tolerance_seconds") or 0)


def stale_slices(asked: Asked) -> Plan:
    """Hours since the newest row of every slice: how many slices, which are too old, which are not there."""
    by, at = asked.arguments["slice_column"], moment_of(asked.table, asked.column)
    now, limit = clock(asked.table, asked.arguments.get("as_of")), asked.arguments["max_age_hours"]
    slices, wanted = value(asked.table, by), asked.arguments.get("slices") or ()
    named = by not in asked.table.private

    def build(frame: pl.LazyFrame) -> pl.LazyFrame:
        rows = frame.filter(asked.where).select(slice=slices, at=at).filter(pl.col("slice").is_not_null())
        hours = (pl.lit(now) - pl.col("at").max()).dt.total_microseconds() / 3.6e9
        return rows.group_by("slice").agg(hours=hours)

    def finish(found: pl.DataFrame) -> dict[str, Any]:
        fresh = pl.col("hours") <= limit
        old = found.filter(~fresh.fill_null(value=False)).sort("hours", "slice", descending=[True, False])
        missing = [name for name in wanted if str(name) not in set(found["slice"].cast(pl.String))]
        worst = {str(name): None if age is None else round(age, 3) for name, age in old.head(MOST_SLICES).iter_rows()}
        return {"slices": found.height, "stale": old.height, "missing": missing, "oldest": worst if named else {}}

    return Query(build, finish)
