"""What a household does with one product: the features the recommender ranks by."""

from __future__ import annotations

import polars as pl

from ecrec_assets.features.bought_pairs import PAIR, bought_pairs
from ecrec_assets.features.department_affinity import department_affinity
from ecrec_assets.features.usual_price import usual_price
from ecrec_assets.features.windows import WINDOWS, as_of, days_between

COLUMNS = (
    *(f"baskets_{weeks}w" for weeks in WINDOWS),
    "days_since_last",
    "mean_gap_days",
    "overdue_ratio",
    "category_spend_share",
    "price_ratio",
    "discounted_share",
    "department_affinity",
)


def pair_features(lines: pl.LazyFrame, products: pl.LazyFrame, *, cutoff_week: int) -> pl.LazyFrame:
    """One row a household and product bought by the cut-off week, with `COLUMNS`; no line of a later week is read.

    Times are counted back from the newest line known. A product bought once has no gap: mean_gap_days and
    overdue_ratio (days since the last basket per mean gap of at least a day) are null.
    """
    pairs = bought_pairs(lines, cutoff_week=cutoff_week)
    groups = products.select("product_id", "department", _category=pl.col("product_category").rank("dense"))
    priced = (
        _with_rhythm(pairs)
        .join(groups, on="product_id")
        .join(usual_price(lines, cutoff_week=cutoff_week), on="product_id")
    )
    spend_of_category = pl.col("spend").sum().over("household_id", "_category")
    scored = priced.with_columns(
        category_spend_share=_share(pl.col("spend"), spend_of_category),
        price_ratio=_share(pl.col("spend"), pl.col("pieces") * pl.col("usual_price")),
        discounted_share=pl.col("discounted") / pl.col("baskets"),
    )
    affinity = department_affinity(pairs, products).drop("spend_share")
    return scored.join(affinity, on=["household_id", "department"]).select(*PAIR, as_of(cutoff_week), *COLUMNS)


def _with_rhythm(pairs: pl.LazyFrame) -> pl.LazyFrame:
    gap = days_between(pl.col("first"), pl.col("last")) / (pl.col("baskets") - 1)
    timed = pairs.with_columns(
        days_since_last=days_between(pl.col("last"), pl.col("last").max()),
        mean_gap_days=pl.when(pl.col("baskets") > 1).then(gap),
    )
    return timed.with_columns(overdue_ratio=pl.col("days_since_last") / pl.col("mean_gap_days").clip(1.0))


def _share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)
