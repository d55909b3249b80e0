"""What a product usually costs."""

from __future__ import annotations

import polars as pl


def median_prices(lines: pl.LazyFrame) -> pl.LazyFrame:
    """One row a product: product_id, price (median of `paid_price`, dollars a piece). Outlier lines do not count."""
    return (
        lines.filter(~pl.col("is_outlier"), pl.col("paid_price") > 0)
        .group_by("product_id")
        .agg(price=pl.col("paid_price").median())
        .sort("product_id")
    )
