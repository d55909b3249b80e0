"""How often a household comes, what it takes, and the rhythm of its visits."""

from __future__ import annotations

import polars as pl

from ecrec_assets.features.bought_pairs import PAID, SAVED
from ecrec_assets.features.windows import WINDOWS, days_between, known, windowed, within

OWN_BRAND = "Private"
SUMMED = ("lines", "spend", "saved", "private")


def trip_features(lines: pl.LazyFrame, products: pl.LazyFrame, *, cutoff_week: int) -> pl.LazyFrame:
    """One row a household: over each window `trips` (baskets), `spend` (USD paid), `lines`, and of them `basket_size`
    (lines a trip), `discount_share` (saved per shelf value) and `private_share` (spend on the shop's own brand), null
    without a trip; then days since the last and first trip and between trips (null after one trip).

    Times are counted back from the newest line known.
    """
    trips = _trips(known(lines, cutoff_week), products)
    at = pl.col("at").sort()
    counted = trips.group_by("household_id").agg(
        *(within(weeks, cutoff_week).sum().cast(pl.Int64).alias(f"trips_{weeks}w") for weeks in WINDOWS),
        *(total for name in SUMMED for total in windowed(name, pl.col(name), cutoff_week)),
        trips=pl.len(),
        first=pl.col("at").min(),
        last=pl.col("at").max(),
        spread_days_between_trips=days_between(at.shift(), at).std(),
    )
    return counted.with_columns(*_rhythm(), *(share for weeks in WINDOWS for share in _shares(f"{weeks}w")))


def _trips(lines: pl.LazyFrame, products: pl.LazyFrame) -> pl.LazyFrame:
    own = products.filter(pl.col("brand") == OWN_BRAND).select("product_id", own=True)
    return (
        lines.join(own, on="product_id", how="left")
        .group_by("household_id", "basket_id")
        .agg(
            week=pl.col("week").first(),
            at=pl.col("transaction_timestamp").min(),
            lines=pl.len().cast(pl.Int64),
            spend=PAID.sum(),
            saved=SAVED.sum(),
            private=PAID.filter(pl.col("own")).sum(),
        )
    )


def _rhythm() -> list[pl.Expr]:
    first, last = pl.col("first"), pl.col("last")
    gap = pl.when(pl.col("trips") > 1).then(days_between(first, last) / (pl.col("trips").cast(pl.Float64) - 1))
    since_last = days_between(last, last.max())
    return [
        since_last.alias("days_since_last_trip"),
        days_between(first, last.max()).alias("days_since_first_trip"),
        gap.alias("mean_days_between_trips"),
        (since_last / gap.clip(1.0)).alias("overdue_ratio"),
    ]


def _shares(window: str) -> list[pl.Expr]:
    spend, saved = pl.col(f"spend_{window}"), pl.col(f"saved_{window}")
    return [
        _ratio(pl.col(f"lines_{window}"), pl.col(f"trips_{window}")).alias(f"basket_size_{window}"),
        _ratio(saved, spend + saved).alias(f"discount_share_{window}"),
        _ratio(pl.col(f"private_{window}"), spend).clip(0, 1).alias(f"private_share_{window}"),
    ]


def _ratio(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)
