"""Groups that a mean may hide: by activity, by what the household answered, by department."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

ACTIVITY = ("low", "middle", "high")
ANSWERS = ("age", "income", "household_size")
UNKNOWN = "unknown"


def household_segments(
    household_ids: np.ndarray,
    lines: pl.LazyFrame,
    households: pl.LazyFrame,
    answers: Sequence[str] = ANSWERS,
) -> pl.DataFrame:
    """One row a household, in the order given, with `activity` and each of `answers` as text.

    Activity is the third of the households by number of baskets in `lines` (training only), ties by household id. A
    household that is missing from `households`, or did not answer, is 'unknown'.
    """
    asked = pl.LazyFrame({"household_id": household_ids})
    baskets = lines.group_by("household_id").agg(baskets=pl.col("basket_id").n_unique())
    told = households.select("household_id", *answers)
    joined = asked.join(baskets, on="household_id", how="left", maintain_order="left").join(
        told, on="household_id", how="left", maintain_order="left"
    )
    return joined.select(
        "household_id", _third(pl.col("baskets").fill_null(0)).alias("activity"), pl.col(answers).fill_null(UNKNOWN)
    ).collect()


def product_departments(product_ids: np.ndarray, products: pl.LazyFrame) -> np.ndarray:
    """The department of each product, object [P]; 'UNKNOWN' where the catalogue has none."""
    asked = pl.LazyFrame({"product_id": product_ids})
    known = products.select("product_id", "department").unique("product_id", keep="first", maintain_order=True)
    joined = asked.join(known, on="product_id", how="left", maintain_order="left")
    return joined.select(pl.col("department").fill_null("UNKNOWN")).collect().to_series().to_numpy()


def _third(baskets: pl.Expr) -> pl.Expr:
    order = pl.struct(baskets.alias("baskets"), "household_id").rank("ordinal") - 1
    third = order * 3 // pl.len()
    return pl.when(third == 0).then(pl.lit("low")).when(third == 1).then(pl.lit("middle")).otherwise(pl.lit("high"))
