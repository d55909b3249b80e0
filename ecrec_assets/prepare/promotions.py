"""Promotions by product and week instead of by store."""

from __future__ import annotations

import polars as pl

NOWHERE = "0"


def summarise_promotions(promotions: pl.LazyFrame) -> pl.LazyFrame:
    """One row a product_id and week, sorted: `stores_displayed`, `stores_mailed` and `stores` (either), as UInt32.

    A store counts once even where it lists the product twice in a week. The weeks are summarised one after the
    other, so 21 million rows need the memory of one week; they are read once to know the weeks.
    """
    weeks = promotions.select(pl.col("week").unique().sort()).collect(engine="streaming").to_series().to_list()
    return pl.concat([_of_stores(promotions.filter(pl.col("week") == week)) for week in weeks or [0]])


def _of_stores(promotions: pl.LazyFrame) -> pl.LazyFrame:
    stores = promotions.group_by("product_id", "week", "store_id").agg(
        displayed=(pl.col("display_location") != NOWHERE).any(),
        mailed=(pl.col("mailer_location") != NOWHERE).any(),
    )
    counted = stores.group_by("product_id", "week").agg(
        stores_displayed=pl.col("displayed").sum().cast(pl.UInt32),
        stores_mailed=pl.col("mailed").sum().cast(pl.UInt32),
        stores=pl.len().cast(pl.UInt32),
    )
    return counted.sort("week", "product_id")
