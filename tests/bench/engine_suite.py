"""What is asked of the orders: 10 and 25 expectations, and the same as one hand-written select."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl

from tests.bench.engine_data import STATES

FIRST, LAST = datetime(2025, 1, 1), datetime(2026, 1, 1)
SKU = "^[A-Z]-[0-9]{4}$"


def expectations(how_many: int) -> list[Any]:
    """Ten a shop would begin with; the other fifteen add what is slow elsewhere: exact median, quantiles, keys."""
    import great_expectations.expectations as gxe

    ten = [
        gxe.ExpectColumnValuesToNotBeNull(column="order_id"),
        gxe.ExpectColumnValuesToBeUnique(column="order_id", mostly=0.999),
        gxe.ExpectColumnValuesToBeInSet(column="state", value_set=list(STATES)),
        gxe.ExpectColumnValuesToMatchRegex(column="sku", regex=SKU),
        gxe.ExpectColumnValuesToBeBetween(column="quantity", min_value=0, max_value=100, mostly=0.999),
        gxe.ExpectColumnValuesToNotBeNull(column="price", mostly=0.9),
        gxe.ExpectColumnValuesToBeBetween(column="price", min_value=0),
        gxe.ExpectColumnValuesToBeBetween(
            column="sold_at", min_value=FIRST.isoformat(), max_value=LAST.isoformat(), strict_max=True
        ),
        gxe.ExpectColumnMeanToBeBetween(column="price", min_value=30, max_value=36),
        gxe.ExpectTableRowCountToBeBetween(min_value=1),
    ]
    fifteen = [
        gxe.ExpectColumnValuesToNotBeNull(column="sku"),
        gxe.ExpectColumnValuesToNotBeNull(column="state"),
        gxe.ExpectColumnValuesToNotBeNull(column="quantity"),
        gxe.ExpectColumnValuesToNotBeNull(column="sold_at"),
        gxe.ExpectColumnValueLengthsToEqual(column="sku", value=6),
        gxe.ExpectColumnValuesToNotMatchRegex(column="sku", regex="\\s"),
        gxe.ExpectColumnValuesToNotBeInSet(column="quantity", value_set=[0]),
        gxe.ExpectColumnMedianToBeBetween(column="price", min_value=19, max_value=21),
        gxe.ExpectColumnStdevToBeBetween(column="price", min_value=30, max_value=60),
        gxe.ExpectColumnQuantileValuesToBeBetween(
            column="quantity",
            quantile_ranges={"quantiles": [0.25, 0.75], "value_ranges": [[20, 30], [70, 80]]},
        ),
        gxe.ExpectColumnMaxToBeBetween(column="sold_at", max_value=LAST.isoformat()),
        gxe.ExpectColumnSumToBeBetween(column="quantity", min_value=1),
        gxe.ExpectColumnUniqueValueCountToBeBetween(column="sku", min_value=1, max_value=26 * 9_000),
        gxe.ExpectColumnDistinctValuesToBeInSet(column="state", value_set=list(STATES)),
        gxe.ExpectCompoundColumnsToBeUnique(column_list=["order_id", "sku"]),
    ]
    return ten if how_many == 10 else [*ten, *fifteen]


def by_hand(orders: pl.LazyFrame, how_many: int) -> pl.DataFrame:
    """The counts and values of the same expectations as somebody who knows Polars would ask for them: no details."""
    order, sku, state, quantity, price, sold = (pl.col(name) for name in orders.collect_schema())
    ten = [
        order.is_null().sum().alias("order_missing"),
        order.is_duplicated().sum().alias("order_repeated"),
        (~state.is_in(STATES)).sum().alias("state_unknown"),
        (~sku.str.contains(SKU)).sum().alias("sku_wrong"),
        (~quantity.is_between(0, 100)).sum().alias("quantity_wrong"),
        price.is_null().sum().alias("price_missing"),
        (price < 0).sum().alias("price_wrong"),
        (~sold.is_between(FIRST, LAST, closed="left")).sum().alias("sold_wrong"),
        price.mean().alias("price_mean"),
        pl.len().alias("rows"),
    ]
    fifteen = [
        *(pl.col(name).is_null().sum().name.suffix("_null") for name in ("sku", "state", "quantity", "sold_at")),
        (sku.str.len_chars() != 6).sum().alias("sku_length"),
        sku.str.contains("\\s").sum().alias("sku_space"),
        (quantity == 0).sum().alias("quantity_none"),
        price.median().alias("price_median"),
        price.std().alias("price_std"),
        quantity.quantile(0.25).alias("quantity_low"),
        quantity.quantile(0.75).alias("quantity_high"),
        sold.max().alias("sold_last"),
        quantity.sum().alias("quantity_sum"),
        sku.n_unique().alias("sku_distinct"),
        state.n_unique().alias("state_distinct"),
        pl.struct(order, sku).is_duplicated().sum().alias("line_repeated"),
    ]
    asked = ten if how_many == 10 else [*ten, *fifteen]
    return orders.select(asked).collect(engine="streaming")
