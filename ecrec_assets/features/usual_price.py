"""What a product usually costs, and where that stands among its like."""

from __future__ import annotations

import polars as pl

from ecrec_assets.features.windows import known


def usual_price(lines: pl.LazyFrame, *, cutoff_week: int) -> pl.LazyFrame:
    """`product_id` and `usual_price`: the median shelf price a piece, USD, of the lines known at the cut-off.

    The median, not a mean without the lines that cleaning flagged: cleaning looked at the whole year to flag them.
    """
    return known(lines, cutoff_week).group_by("product_id").agg(usual_price=pl.col("shelf_price").median())


def with_price_positions(priced: pl.LazyFrame) -> pl.LazyFrame:
    """Adds `price_position`, by piece among the category, and `unit_price_position`, by gram, millilitre or piece
    among the products of the category measured in the same unit: 0 cheapest, 1 dearest, 0.5 alone, null unmeasured.

    `priced` has usual_price, product_category, size_base and size_base_unit.
    """
    unit_price = pl.col("usual_price") / pl.when(pl.col("size_base") > 0).then("size_base")
    return (
        priced.with_columns(_unit_price=unit_price)
        .with_columns(
            price_position=_position("usual_price", ["product_category"]),
            unit_price_position=_position("_unit_price", ["product_category", "size_base_unit"]),
        )
        .drop("_unit_price")
    )


def _position(price: str, like: list[str]) -> pl.Expr:
    rank = pl.col(price).rank("average").over(like) - 1
    others = pl.col(price).count().over(like) - 1
    return pl.when(others > 0).then(rank / others).when(pl.col(price).is_not_null()).then(0.5)
