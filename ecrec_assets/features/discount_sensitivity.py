"""Whether a household waits for discounts, or only buys what is often discounted."""

from __future__ import annotations

import polars as pl


def discount_sensitivity(pairs: pl.LazyFrame) -> pl.LazyFrame:
    """`household_id` and `discount_sensitivity`: its discounted baskets of products per those expected had it bought
    each product on discount as often as all buyers do. 1 as everybody, 2 twice as often; null if none is expected.

    `pairs` are `bought_pairs`.
    """
    usual = pl.col("discounted").sum().over("product_id") / pl.col("baskets").sum().over("product_id")
    expected = pairs.with_columns(expected=pl.col("baskets") * usual)
    totals = expected.group_by("household_id").agg(pl.col("discounted", "expected").sum())
    lift = pl.when(pl.col("expected") > 0).then(pl.col("discounted") / pl.col("expected"))
    return totals.select("household_id", discount_sensitivity=lift)
