"""How visibly the shop promoted a product before the cut-off."""

from __future__ import annotations

import polars as pl

from ecrec_assets.features.windows import known, within

STORE_WINDOWS = (1, 4)  # weeks: what hangs in the stores now, and lately
SEASON = 13


def promotion_exposure(promotions: pl.LazyFrame, *, cutoff_week: int) -> pl.LazyFrame:
    """A row a product promoted in the last 13 weeks: `stores_displayed_<n>w` and `stores_mailed_<n>w`, stores on
    average over the weeks of the window, and `promoted_weeks_13w`.

    Mailers are printed ahead, but what will be promoted after the cut-off is not used.
    """
    recent = known(promotions, cutoff_week).filter(within(SEASON, cutoff_week))
    return recent.group_by("product_id").agg(
        *(_stores(kind, weeks, cutoff_week) for kind in ("displayed", "mailed") for weeks in STORE_WINDOWS),
        pl.col("week").n_unique().cast(pl.Int64).alias(f"promoted_weeks_{SEASON}w"),
    )


def _stores(kind: str, weeks: int, cutoff_week: int) -> pl.Expr:
    stores = pl.col(f"stores_{kind}").filter(within(weeks, cutoff_week)).sum().cast(pl.Float64)
    return (stores / weeks).alias(f"stores_{kind}_{weeks}w")
