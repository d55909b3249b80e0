"""Cross of household and department: what a household spends more on than others do."""

from __future__ import annotations

import polars as pl

PRIOR_SPEND = 20.0  # USD every household is taken to have spent as all do; keeps the first basket from saying too much


def department_affinity(pairs: pl.LazyFrame, products: pl.LazyFrame) -> pl.LazyFrame:
    """One row a household and department it bought from: `spend_share` and `department_affinity`.

    The affinity is the log2 of the household's share over the share of all households: 0 as everybody, 1 twice as
    much. Its shares are smoothed with `PRIOR_SPEND`. Null where nobody paid anything. `pairs` are `bought_pairs`.
    """
    spent = (
        pairs.select("product_id", "household_id", "spend")
        .join(products.select("product_id", "department"), on="product_id")
        .group_by("household_id", "department")
        .agg(pl.col("spend").sum())
    )
    total = pl.col("spend").sum().over("household_id")
    usual = pl.col("spend").sum().over("department") / pl.col("spend").sum()
    smoothed = (pl.col("spend") + PRIOR_SPEND * usual) / (total + PRIOR_SPEND)
    return spent.select(
        "household_id",
        "department",
        spend_share=pl.when(total > 0).then(pl.col("spend") / total),
        department_affinity=pl.when(smoothed > 0).then((smoothed / usual).log(2)),
    )
