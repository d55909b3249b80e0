"""What is known of a product: who buys it, how often again, at what price, and how loudly it is promoted."""

from __future__ import annotations

import polars as pl

from ecrec_assets.features.bought_pairs import bought_pairs
from ecrec_assets.features.promotion_exposure import promotion_exposure
from ecrec_assets.features.taste import USUAL_TASTES, TasteConfig, taste_vectors
from ecrec_assets.features.usual_price import usual_price, with_price_positions
from ecrec_assets.features.windows import WINDOWS, as_of, days_between, within

RECENT, SEASON = 4, 13  # weeks that popularity_trend compares: the recent ones with the rest of the season
PRIOR_RATE = 0.25  # purchases a week added to both, so that one purchase of a rare product is no boom
EXPOSURE = ("stores_displayed_1w", "stores_displayed_4w", "stores_mailed_1w", "stores_mailed_4w", "promoted_weeks_13w")
COLUMNS = (
    *(f"buyers_{weeks}w" for weeks in WINDOWS),
    *(f"purchases_{weeks}w" for weeks in WINDOWS),
    "repeat_rate",
    "popularity_trend",
    "days_since_first_sale",
    "days_since_last_sale",
    "usual_price",
    "price_position",
    "unit_price_position",
    "discounted_share",
    *EXPOSURE,
    "taste_vector",
    "taste_weight",
)


def product_features(
    lines: pl.LazyFrame,
    products: pl.LazyFrame,
    promotions: pl.LazyFrame,
    *,
    cutoff_week: int,
    tastes: TasteConfig = USUAL_TASTES,
) -> pl.LazyFrame:
    """One row a product of the catalogue bought by the cut-off week, with `COLUMNS`; nothing of a later week is read.

    Positions compare with the products known then. A product that too few bought has no taste vector.
    """
    groups = products.select("product_id", "product_category", "size_base", "size_base_unit")
    sold = _sales(bought_pairs(lines, cutoff_week=cutoff_week), cutoff_week)
    priced = with_price_positions(
        sold.join(usual_price(lines, cutoff_week=cutoff_week), on="product_id").join(groups, on="product_id")
    )
    exposure = promotion_exposure(promotions, cutoff_week=cutoff_week)
    taste = taste_vectors(lines, cutoff_week=cutoff_week, config=tastes).products.drop("as_of_week")
    joined = priced.join(exposure, on="product_id", how="left").join(taste, on="product_id", how="left")
    return joined.with_columns(pl.col(EXPOSURE).fill_null(0)).select("product_id", as_of(cutoff_week), *COLUMNS)


def _sales(pairs: pl.LazyFrame, cutoff_week: int) -> pl.LazyFrame:
    counted = pairs.group_by("product_id").agg(
        *(within(weeks, cutoff_week, "last_week").sum().cast(pl.Int64).alias(f"buyers_{weeks}w") for weeks in WINDOWS),
        *(pl.col(f"baskets_{weeks}w").sum().alias(f"purchases_{weeks}w") for weeks in WINDOWS),
        pl.col("first").min(),
        pl.col("last").max(),
        repeat_rate=(pl.col("baskets") > 1).mean(),
        discounted_share=pl.col("discounted").sum() / pl.col("baskets").sum(),
    )
    newest = pl.col("last").max()
    return counted.with_columns(
        popularity_trend=_trend(cutoff_week),
        days_since_first_sale=days_between(pl.col("first"), newest),
        days_since_last_sale=days_between(pl.col("last"), newest),
    )


def _trend(cutoff_week: int) -> pl.Expr:
    """Log2 of purchases a week lately over those before: 0 steady, 1 doubled; null while there is nothing before."""
    if cutoff_week <= RECENT:
        return pl.lit(None, dtype=pl.Float64)
    lately, season = pl.col(f"purchases_{RECENT}w"), pl.col(f"purchases_{SEASON}w")
    before = (season - lately) / (min(SEASON, cutoff_week) - RECENT)
    return ((lately / RECENT + PRIOR_RATE) / (before + PRIOR_RATE)).log(2)
