from __future__ import annotations

from statistics import stdev
from typing import Any

import polars as pl
import pytest

from ecrec_assets.features.discount_sensitivity import discount_sensitivity
from ecrec_assets.features.household import COLUMNS, household_features
from ecrec_assets.features.segment import SEGMENTS, with_segment
from tests.features.shop import TASTES, Line, Shop


def features(shop: Shop, week: int) -> dict[int, dict[str, Any]]:
    found = household_features(
        shop.transactions(), shop.households(), shop.products(), cutoff_week=week, tastes=TASTES
    ).collect()
    assert found.columns == ["household_id", "as_of_week", *COLUMNS]
    return {row["household_id"]: row for row in found.to_dicts()}


BOUGHT = [
    Line(1, 1, 1, hour=5, shelf=1000),
    Line(1, 2, 10, hour=5, shelf=500, retail=100),
    Line(1, 1, 10, hour=5, shelf=1000, retail=200, coupon=100),
    Line(1, 3, 16, hour=5, quantity=2, shelf=150),
    Line(1, 1, 17, hour=5, shelf=1000),  # after the cut-off
    Line(2, 1, 16, hour=29, shelf=1000),
]


def test_each_window_counts_its_own_weeks_only() -> None:
    one = features(Shop(BOUGHT), 16)[1]
    assert [one[f"trips_{w}w"] for w in (1, 4, 13, 52)] == [1, 1, 2, 3]
    assert [one[f"lines_{w}w"] for w in (1, 4, 13, 52)] == [1, 1, 3, 4]
    assert [one[f"products_{w}w"] for w in (1, 4, 13, 52)] == [1, 1, 3, 3]
    assert [one[f"spend_{w}w"] for w in (1, 4, 13, 52)] == pytest.approx([3, 3, 14, 24])
    assert [one[f"basket_size_{w}w"] for w in (1, 4, 13, 52)] == pytest.approx([1, 1, 1.5, 4 / 3])


def test_discount_share_is_what_was_saved_of_the_shelf_value() -> None:
    one = features(Shop(BOUGHT), 16)[1]
    assert one["discount_share_13w"] == pytest.approx((1 + 2 + 1) / (5 + 10 + 3))
    assert one["discount_share_1w"] == 0


def test_private_share_is_the_spend_on_the_shops_own_brand() -> None:
    assert features(Shop(BOUGHT), 16)[1]["private_share_52w"] == pytest.approx(4 / 24)  # only product 2 is


def test_a_household_that_stayed_away_has_counts_of_zero_and_no_ratios() -> None:
    one = features(Shop(BOUGHT), 15)[1]
    assert (one["trips_4w"], one["spend_4w"], one["products_4w"]) == (0, 0, 0)
    assert one["basket_size_4w"] is one["discount_share_4w"] is one["private_share_4w"] is None


def test_the_rhythm_is_that_of_the_baskets_not_of_the_lines() -> None:
    one = features(Shop(BOUGHT), 16)[1]
    assert one["days_since_last_trip"] == pytest.approx(1)  # household 2 came a day later
    assert one["days_since_first_trip"] == pytest.approx(15 * 7 + 1)
    assert one["mean_days_between_trips"] == pytest.approx(15 * 7 / 2)
    assert one["spread_days_between_trips"] == pytest.approx(stdev([9 * 7, 6 * 7]))
    assert one["overdue_ratio"] == pytest.approx(1 / 52.5)


def test_one_trip_has_no_rhythm() -> None:
    two = features(Shop(BOUGHT), 16)[2]
    rhythm = ("mean_days_between_trips", "spread_days_between_trips", "overdue_ratio")
    assert [two[name] for name in rhythm] == [None] * 3


def test_only_households_of_the_roster_that_bought_have_a_row() -> None:
    assert features(Shop(BOUGHT, households_known=1), 16).keys() == {1}
    assert features(Shop(BOUGHT), 15).keys() == {1}


def test_sensitivity_compares_with_how_often_all_buy_the_product_on_discount() -> None:
    """Product 1 is discounted in 4 of 10 baskets: 3 of the 4 of household 1, 1 of the 6 of household 2."""
    pairs = pl.LazyFrame(
        {"household_id": [1, 2, 3], "product_id": [1, 1, 2], "baskets": [4, 6, 5], "discounted": [3, 1, 0]}
    )
    found = dict(discount_sensitivity(pairs).collect().iter_rows())
    assert found[1] == pytest.approx(3 / (4 * 0.4))
    assert found[2] == pytest.approx(1 / (6 * 0.4))
    assert found[3] is None


def test_segments_are_thirds_by_price_crossed_with_thirds_by_activity() -> None:
    prices, trips = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [9, 1, 5, 4, 2, 8]
    found = with_segment(pl.LazyFrame({"price": prices, "trips": trips}), price="price", activity="trips").collect()
    assert found["segment"].to_list() == [
        "budget_frequent",
        "budget_rare",
        "middle_regular",
        "middle_regular",
        "premium_rare",
        "premium_frequent",
    ]
    assert set(found["segment"]) <= set(SEGMENTS)


def test_households_that_tie_share_a_segment_and_a_missing_price_is_the_middle() -> None:
    frame = pl.LazyFrame({"price": [0.5, 0.5, 0.5, None], "trips": [3, 3, 3, 3]})
    found = with_segment(frame, price="price", activity="trips").collect()
    assert found["segment"].to_list() == ["middle_regular"] * 4
