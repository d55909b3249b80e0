"""Which items may be recommended."""

from __future__ import annotations

import polars as pl

from ecrec_assets.models.recommender.config import RecommenderConfig


def candidate_items(lines: pl.LazyFrame, items: pl.LazyFrame, config: RecommenderConfig) -> pl.LazyFrame:
    """Sorted `item` of the catalogue that enough users bought in `lines`, without what is no good to sell.

    `lines` has user and item; `items` the catalogue's item column and those of `config.left_out`.
    A missing text is no reason to leave an item out.
    """
    no_goods = [pl.col(column).is_in(values).fill_null(False) for column, values in config.left_out.items()]
    goods = items.filter(~pl.any_horizontal(no_goods)) if no_goods else items
    buyers = lines.group_by("item").agg(buyers=pl.col("user").n_unique())
    bought = buyers.filter(pl.col("buyers") >= config.min_buyers)
    listed = goods.select(item=config.columns.item).unique()
    return bought.join(listed, on="item", how="semi").select("item").sort("item")
