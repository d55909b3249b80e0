"""Which of all features say something of what a household buys next."""

from __future__ import annotations

import polars as pl
from polars import selectors as cs

from ecrec_assets.features.household import household_features
from ecrec_assets.features.next_purchases import with_next_purchases
from ecrec_assets.features.pair import pair_features
from ecrec_assets.features.product import product_features
from ecrec_assets.features.selection import select_features

KEYS = ("household_id", "product_id", "as_of_week")
ONE_IN = 5


def next_purchase_selection(
    lines: pl.LazyFrame,
    households: pl.LazyFrame,
    products: pl.LazyFrame,
    promotions: pl.LazyFrame,
    *,
    cutoff_week: int,
    horizon_weeks: int = 4,
) -> pl.LazyFrame:
    """One row a feature: feature, of, variance, information, kept, reason, as_of_week.

    Judged on the pairs that one household in five had at the cut-off, against their purchases in the weeks after it.
    Take a cut-off at least `horizon_weeks` before the last week of training, so that no test week decides.
    """
    tables = {
        "pair": pair_features(lines, products, cutoff_week=cutoff_week),
        "household": household_features(lines, households, products, cutoff_week=cutoff_week),
        "product": product_features(lines, products, promotions, cutoff_week=cutoff_week),
    }
    named = {of: _numbers(table, of) for of, table in tables.items()}
    sampled = named["pair"].filter(pl.col("household_id") % ONE_IN == 0)
    joined = sampled.join(named["household"], on="household_id").join(named["product"], on="product_id")
    examples = with_next_purchases(
        joined.with_columns(as_of_week=pl.lit(cutoff_week, pl.Int64)), lines, horizon_weeks=horizon_weeks
    )
    candidates = [name for name in examples.collect_schema() if "." in name]
    table = select_features(examples, candidates, outcome="bought_next").table
    parts = pl.col("feature").str.split_exact(".", 1)
    return table.lazy().select(
        feature=parts.struct.field("field_1"),
        of=parts.struct.field("field_0"),
        variance="variance",
        information="information",
        kept="kept",
        reason="reason",
        as_of_week=pl.lit(cutoff_week, pl.Int64),
    )


def _numbers(table: pl.LazyFrame, of: str) -> pl.LazyFrame:
    """Keys, and every numeric or Boolean feature as `of.name`."""
    names = table.select(cs.numeric() | cs.boolean()).collect_schema().names()
    features = [name for name in names if name not in KEYS]
    keys = [key for key in KEYS[:2] if key in names]
    return table.select(*keys, *(pl.col(name).alias(f"{of}.{name}") for name in features))
