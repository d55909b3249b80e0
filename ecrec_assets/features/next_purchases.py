"""The one place that looks ahead: what features of the past are learned against. Never a feature itself."""

from __future__ import annotations

import polars as pl

from ecrec_assets.features.bought_pairs import PAIR


def with_next_purchases(pairs: pl.LazyFrame, lines: pl.LazyFrame, *, horizon_weeks: int) -> pl.LazyFrame:
    """Adds `bought_next`: whether the household bought the product within `horizon_weeks` after the row's as_of_week.

    `pairs` has household_id, product_id and as_of_week, and may hold several cut-offs.
    """
    cutoffs = pairs.select("as_of_week").unique()
    later = pl.col("week").is_between(pl.col("as_of_week") + 1, pl.col("as_of_week") + horizon_weeks)
    bought = lines.select(*PAIR, "week").join(cutoffs, how="cross").filter(later).select(*PAIR, "as_of_week").unique()
    found = pairs.join(bought.with_columns(bought_next=True), on=[*PAIR, "as_of_week"], how="left")
    return found.with_columns(pl.col("bought_next").fill_null(False))
