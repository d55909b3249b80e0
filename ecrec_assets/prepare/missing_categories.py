"""Fills a missing category from other products of the same type."""

from __future__ import annotations

import polars as pl

UNKNOWN = "UNKNOWN"
MIN_AGREEMENT = 0.8


def fill_missing_categories(products: pl.LazyFrame) -> pl.LazyFrame:
    """No null in product_category and product_type; order is kept.

    A product that has a type but no category takes the category of at least `MIN_AGREEMENT` of the products of that
    type. Nothing tells the type from the category, so a missing type is `UNKNOWN`, as is any category left.
    """
    known = products.drop_nulls(["product_type", "product_category"])
    shares = known.group_by("product_type", pl.col("product_category").alias("_usual")).len("_products")
    share = pl.col("_products") / pl.col("_products").sum().over("product_type")
    usual = shares.filter(share >= MIN_AGREEMENT).drop("_products")
    joined = products.join(usual, on="product_type", how="left", maintain_order="left")
    return joined.with_columns(
        product_category=pl.coalesce("product_category", "_usual", pl.lit(UNKNOWN)),
        product_type=pl.col("product_type").fill_null(UNKNOWN),
    ).drop("_usual")
