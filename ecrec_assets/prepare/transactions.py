"""Till lines to purchases with prices."""

from __future__ import annotations

import polars as pl

from ecrec_assets.prepare.outliers import OutlierConfig, flag_outliers
from ecrec_assets.prepare.prices import with_prices

USUAL_LIMITS = OutlierConfig()


def clean_transactions(
    lines: pl.LazyFrame, products: pl.LazyFrame, config: OutlierConfig = USUAL_LIMITS
) -> pl.LazyFrame:
    """Adds shelf_price, paid_price, discount_share, outlier_score and is_outlier; every line stays, in its order.

    `lines` are lines that passed the raw contract; `products` gives the product_type of each product_id.
    """
    kinds = products.select("product_id", "product_type")
    typed = with_prices(lines).join(kinds, on="product_id", how="left", maintain_order="left")
    return flag_outliers(typed, config).drop("product_type")
