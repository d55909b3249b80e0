"""What is known of a household: how often it comes, what it spends on, and how it reacts to prices."""

from __future__ import annotations

import polars as pl

from ecrec_assets.features.bought_pairs import bought_pairs
from ecrec_assets.features.discount_sensitivity import discount_sensitivity
from ecrec_assets.features.segment import with_segment
from ecrec_assets.features.taste import USUAL_TASTES, TasteConfig, taste_vectors
from ecrec_assets.features.trips import trip_features
from ecrec_assets.features.usual_price import usual_price, with_price_positions
from ecrec_assets.features.windows import WINDOWS, as_of, within

BY_WINDOW = ("trips", "spend", "lines", "products", "basket_size", "discount_share", "private_share")
COLUMNS = (
    *(f"{name}_{weeks}w" for name in BY_WINDOW for weeks in WINDOWS),
    "days_since_last_trip",
    "days_since_first_trip",
    "mean_days_between_trips",
    "spread_days_between_trips",
    "overdue_ratio",
    "discount_sensitivity",
    "price_level",
    "segment",
    "taste_vector",
    "taste_kept",
)


def household_features(
    lines: pl.LazyFrame,
    households: pl.LazyFrame,
    products: pl.LazyFrame,
    *,
    cutoff_week: int,
    tastes: TasteConfig = USUAL_TASTES,
) -> pl.LazyFrame:
    """One row a household of `households` that bought by the cut-off week, with `COLUMNS`; no later line is read.

    A window longer than the history holds the history there is. A household that buys nothing common has no taste.
    """
    pairs = bought_pairs(lines, cutoff_week=cutoff_week)
    taste = taste_vectors(lines, cutoff_week=cutoff_week, config=tastes).households.drop("as_of_week")
    bought = (
        trip_features(lines, products, cutoff_week=cutoff_week)
        .join(_variety(pairs, cutoff_week), on="household_id")
        .join(discount_sensitivity(pairs), on="household_id")
        .join(_price_level(pairs, lines, products, cutoff_week), on="household_id", how="left")
        .join(taste, on="household_id", how="left")
    )
    segmented = with_segment(bought, price="price_level", activity="trips_13w")
    roster = households.select("household_id")
    return segmented.join(roster, on="household_id", how="semi").select("household_id", as_of(cutoff_week), *COLUMNS)


def _variety(pairs: pl.LazyFrame, cutoff_week: int) -> pl.LazyFrame:
    """Distinct products a window: those last bought within it."""
    return pairs.group_by("household_id").agg(
        within(weeks, cutoff_week, "last_week").sum().cast(pl.Int64).alias(f"products_{weeks}w") for weeks in WINDOWS
    )


def _price_level(pairs: pl.LazyFrame, lines: pl.LazyFrame, products: pl.LazyFrame, cutoff_week: int) -> pl.LazyFrame:
    """Mean price position of what it buys, a basket each."""
    groups = products.select("product_id", "product_category", "size_base", "size_base_unit")
    priced = with_price_positions(usual_price(lines, cutoff_week=cutoff_week).join(groups, on="product_id"))
    placed = pairs.join(priced.select("product_id", "price_position"), on="product_id")
    weighted = (pl.col("price_position") * pl.col("baskets")).sum() / pl.col("baskets").sum()
    return placed.group_by("household_id").agg(price_level=weighted)
