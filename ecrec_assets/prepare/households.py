"""Every household that buys, with or without answers."""

from __future__ import annotations

import polars as pl

ANSWERS = ("age", "income", "home_ownership", "marital_status", "household_size", "household_comp", "kids_count")
UNKNOWN = "unknown"


def complete_households(households: pl.LazyFrame, demographics: pl.LazyFrame) -> pl.LazyFrame:
    """One row a distinct household_id of `households`; an answer that was not given is 'unknown'.

    Not answering is kept as a class of its own: who refuses to answer differs from who answers, so the most frequent
    answer would be a guess about two thirds of the households.
    """
    buyers = households.select("household_id").unique().sort("household_id")
    told = demographics.select("household_id", *ANSWERS, has_demographics=pl.lit(True))
    joined = buyers.join(told, on="household_id", how="left", maintain_order="left")
    return joined.with_columns(pl.col(ANSWERS).fill_null(UNKNOWN), pl.col("has_demographics").fill_null(False))
