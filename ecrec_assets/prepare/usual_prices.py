"""What a product usually costs and how many of it are usually bought."""

from __future__ import annotations

import polars as pl

from ecrec_assets.prepare.robust_scale import median_and_mad

USUAL = ["usual_log_price", "spread_log_price", "usual_quantity"]
KIND_SPREAD = 0.35  # smallest MAD of log price within a product type: its products differ by 40 % as a rule


def with_usual(lines: pl.LazyFrame, *, min_lines: int) -> pl.LazyFrame:
    """Adds `usual_log_price` and `spread_log_price` (median and MAD of log shelf price) and `usual_quantity`.

    A product sold on fewer than `min_lines` lines has no price of its own yet: its product type stands in, with a
    spread of at least `KIND_SPREAD`.
    `lines` has product_id, product_type, log_price and quantity.
    """
    own = _usual(lines, "product_id").filter(pl.col("rows") >= min_lines).drop("rows")
    kind = _usual(lines, "product_type").drop("rows").with_columns(pl.col(USUAL[1]).clip(lower_bound=KIND_SPREAD))
    joined = lines.join(own, on="product_id", how="left", maintain_order="left")
    joined = joined.join(kind, on="product_type", how="left", suffix="_kind", nulls_equal=True, maintain_order="left")
    return joined.with_columns(pl.coalesce(name, f"{name}_kind").alias(name) for name in USUAL).drop(
        f"{name}_kind" for name in USUAL
    )


def _usual(lines: pl.LazyFrame, by: str) -> pl.LazyFrame:
    price = median_and_mad(lines, "log_price", by).rename({"median": USUAL[0], "mad": USUAL[1]})
    quantity = lines.group_by(by).agg(pl.col("quantity").median().alias(USUAL[2]))
    return price.join(quantity, on=by, nulls_equal=True)
