"""Column metric: how many queries have enough judged items to be measured on."""

from __future__ import annotations

from typing import Any

import polars as pl

from ecrec_assets.contracts.engine.compilers.columns import value
from ecrec_assets.contracts.engine.compilers.domain import Asked
from ecrec_assets.contracts.engine.compilers.lookups import keys
from ecrec_assets.contracts.engine.plan import Plan, Query


def coverage(asked: Asked) -> Plan:
    """Share of the queries (of the reference where one is given) with `min_items` distinct judged items or more."""
    item = value(asked.table, asked.arguments["item_column"])
    grade = asked.arguments.get("judgement_column")
    judged = item.is_not_null() if grade is None else item.is_not_null() & value(asked.table, grade).is_not_null()
    query, universe = asked.value, None
    if asked.arguments.get("reference"):
        column = asked.arguments.get("reference_column") or asked.column
        query, universe = keys(asked.table, [asked.column], asked.arguments["reference"], [column])

    def build(frame: pl.LazyFrame) -> pl.LazyFrame:
        rows = frame.filter(asked.where).select(query=query, item=pl.when(judged).then(item))
        rows = rows.filter(pl.col("query").is_not_null())
        return rows.group_by("query").agg(items=pl.col("item").drop_nulls().n_unique())

    def finish(found: pl.DataFrame) -> dict[str, Any]:
        if universe is not None:
            found = found.filter(pl.col("query").is_in(universe.implode()))
        queries = found.height if universe is None else len(universe)
        enough = found.filter(pl.col("items") >= asked.arguments["min_items"]).height
        return {"share": enough / queries if queries else None, "queries": queries, "judged_enough": enough}

    return Query(build, finish)
