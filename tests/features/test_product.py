from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest

from ecrec_assets.features.product import COLUMNS, product_features
from ecrec_assets.features.usual_price import with_price_positions
from tests.features.shop import TASTES, Line, Promotion, Shop


def features(shop: Shop, week: int) -> dict[int, dict[str, Any]]:
    found = product_features(
        shop.transactions(), shop.products(), shop.promoted(), cutoff_week=week, tastes=TASTES
    ).collect()
    assert found.columns == ["product_id", "as_of_week", *COLUMNS]
    return {row["product_id"]: row for row in found.to_dicts()}


def test_buyers_are_households_and_purchases_are_baskets() -> None:
    bought = [Line(1, 1, 16), Line(1, 1, 15), Line(2, 1, 10), Line(3, 1, 1), Line(3, 1, 17)]
    one = features(Shop(bought), 16)[1]
    assert [one[f"buyers_{w}w"] for w in (1, 4, 13, 52)] == [1, 1, 2, 3]
    assert [one[f"purchases_{w}w"] for w in (1, 4, 13, 52)] == [1, 2, 3, 4]
    assert one["repeat_rate"] == pytest.approx(1 / 3)
    assert one["days_since_first_sale"] == pytest.approx(15 * 7)
    assert one["days_since_last_sale"] == 0


def test_the_trend_is_zero_for_steady_sales_and_for_none() -> None:
    steady = [Line(1, 1, week) for week in range(1, 17)]
    long_ago = [Line(1, 2, 1)]
    found = features(Shop([*steady, *long_ago]), 16)
    assert found[1]["popularity_trend"] == pytest.approx(0)
    assert found[2]["popularity_trend"] == pytest.approx(0)


def test_the_trend_counts_doublings() -> None:
    rising = [*(Line(1, 1, week) for week in range(4, 13)), *(Line(h, 1, w) for h in (1, 2, 3) for w in range(13, 17))]
    assert features(Shop(rising), 16)[1]["popularity_trend"] == pytest.approx(math.log2(3.25 / 1.25))


def test_the_trend_compares_with_the_weeks_there_are() -> None:
    steady = [Line(1, 1, week) for week in range(1, 7)]
    assert features(Shop(steady), 6)[1]["popularity_trend"] == pytest.approx(0)
    assert features(Shop(steady), 4)[1]["popularity_trend"] is None


def test_the_usual_price_is_not_moved_by_one_odd_line() -> None:
    bought = [Line(1, 1, 1, shelf=200), Line(1, 1, 2, shelf=220), Line(1, 1, 3, shelf=99_900)]
    assert features(Shop(bought), 5)[1]["usual_price"] == pytest.approx(2.2)


def test_positions_rank_prices_within_the_category_and_unit_prices_within_the_unit() -> None:
    priced = pl.LazyFrame(
        {
            "product_id": [1, 2, 3, 4, 5],
            "product_category": ["A", "A", "A", "B", "A"],
            "usual_price": [1.0, 2.0, 3.0, 9.0, 2.0],
            "size_base": [100.0, 400.0, 300.0, 1.0, None],
            "size_base_unit": ["g", "g", "ml", "ct", None],
        }
    )
    found = with_price_positions(priced).sort("product_id").collect()
    assert found["price_position"].to_list() == pytest.approx([0, 0.5, 1, 0.5, 0.5])
    assert found["unit_price_position"].to_list() == [1.0, 0.0, 0.5, 0.5, None]


def test_promotions_are_averaged_over_the_weeks_of_the_window_and_zero_where_there_are_none() -> None:
    promoted = [Promotion(1, 16, displayed=8, mailed=2), Promotion(1, 14, displayed=4, mailed=0), Promotion(1, 3)]
    found = features(Shop([Line(1, 1, 1), Line(1, 2, 1)], promoted), 16)
    assert found[1]["stores_displayed_1w"] == 8
    assert found[1]["stores_displayed_4w"] == 3
    assert found[1]["stores_mailed_4w"] == 0.5
    assert found[1]["promoted_weeks_13w"] == 2
    assert [found[2][name] for name in ("stores_displayed_1w", "stores_mailed_4w", "promoted_weeks_13w")] == [0, 0, 0]


def test_a_product_that_too_few_bought_has_no_taste() -> None:
    found = features(Shop([Line(1, 1, 1), Line(2, 1, 1), Line(1, 2, 1)]), 5)
    assert found[1]["taste_vector"] == pytest.approx([1, 0, 0])
    assert found[2]["taste_vector"] is None
