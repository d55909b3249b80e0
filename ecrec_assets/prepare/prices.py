"""Prices a piece, from the money columns of a till line."""

from __future__ import annotations

import polars as pl


def with_prices(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Adds `shelf_price` and `paid_price` (USD a piece) and `discount_share` (0 to 1). `quantity` must be positive.

    `sales_value` is what the shop received, so the shop's own discounts come on top of it to give the shelf price,
    and the manufacturer's coupon goes off it to give what the customer paid (dunnhumby, The Complete Journey User
    Guide). The share is clipped because money is rounded to cents.
    """
    shelf = pl.col("sales_value") + pl.col("retail_disc") + pl.col("coupon_match_disc")
    paid = pl.col("sales_value") - pl.col("coupon_disc")
    return lines.with_columns(
        shelf_price=shelf / pl.col("quantity"),
        paid_price=paid / pl.col("quantity"),
        discount_share=pl.when(shelf > 0).then((1 - paid / shelf).clip(0, 1)).otherwise(0.0),
    )
