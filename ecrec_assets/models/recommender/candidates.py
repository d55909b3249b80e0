"""Which products may be recommended."""

from __future__ import annotations

import polars as pl

from ecrec_assets.models.recommender.config import RecommenderConfig


def candidate_products(lines: pl.LazyFrame, products: pl.LazyFrame, config: RecommenderConfig) -> pl.LazyFrame:
    """Sorted `product_id` of the catalogue that enough households bought in `lines`, without what is no good to sell.

    `products` has product_id, department and product_category; a missing text is no reason to leave a product out.
    """
    no_goods = pl.col("department").is_in(config.departments_left_out) | pl.col("product_category").is_in(
        config.categories_left_out
    )
    goods = products.filter(~no_goods.fill_null(False)).select("product_id").unique()
    buyers = lines.group_by("product_id").agg(households=pl.col("household_id").n_unique())
    bought = buyers.filter(pl.col("households") >= config.min_households)
    return bought.join(goods, on="product_id", how="semi").select("product_id").sort("product_id")
