"""Till lines to one row a household and product: what all features of repeat buying are made of."""

from __future__ import annotations

import polars as pl

from ecrec_assets.features.windows import WINDOWS, known, within

PAIR = ["household_id", "product_id"]
PAID = pl.col("sales_value") - pl.col("coupon_disc")
SAVED = pl.col("retail_disc") + pl.col("coupon_disc") + pl.col("coupon_match_disc")


def bought_pairs(lines: pl.LazyFrame, *, cutoff_week: int) -> pl.LazyFrame:
    """Bought by the cut-off: `baskets`, `baskets_<n>w`, `discounted` baskets, `spend` (USD paid), `pieces`, and when
    it was bought first and last (`first`, `last` times, `last_week`).

    A line is one product of one basket (the key of datasets/transactions), so lines count baskets.
    """
    return (
        known(lines, cutoff_week)
        .group_by(PAIR)
        .agg(
            pl.len().cast(pl.Int64).alias("baskets"),
            *(within(weeks, cutoff_week).sum().cast(pl.Int64).alias(f"baskets_{weeks}w") for weeks in WINDOWS),
            discounted=(SAVED > 0).sum().cast(pl.Int64),
            spend=PAID.sum(),
            pieces=pl.col("quantity").sum(),
            first=pl.col("transaction_timestamp").min(),
            last=pl.col("transaction_timestamp").max(),
            last_week=pl.col("week").max(),
        )
    )
