"""Column metric: how many values point to nothing in a published table."""

from __future__ import annotations

from typing import Any

import polars as pl

from ecrec_assets.contracts.engine.compilers.domain import Asked
from ecrec_assets.contracts.engine.compilers.lookups import keys
from ecrec_assets.contracts.engine.plan import Plan, Query

MOST_SHOWN = 10


def share(asked: Asked) -> Plan:
    """Share of rows, or of distinct values, that the reference does not have; the most frequent orphans first."""
    arguments, named = asked.arguments, asked.column not in asked.table.private
    own, published = keys(asked.table, [asked.column], arguments["reference"], [arguments["reference_column"]])

    def build(frame: pl.LazyFrame) -> pl.LazyFrame:
        values = frame.filter(asked.where).select(v=own).drop_nulls().group_by("v").agg(rows=pl.len())
        return values.with_columns(orphan=~pl.col("v").is_in(published.implode()))

    def finish(found: pl.DataFrame) -> dict[str, Any]:
        orphans = found.filter("orphan").sort("rows", "v", descending=[True, False])
        by_value = arguments.get("of") == "values"
        asked_about = found.height if by_value else int(found["rows"].sum())
        lost = orphans.height if by_value else int(orphans["rows"].sum())
        shown = orphans["v"].head(MOST_SHOWN).to_list() if named else []
        return {"share": lost / asked_about if asked_about else None, "orphans": lost, "n": asked_about, "most": shown}

    return Query(build, finish)
