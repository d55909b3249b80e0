from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from statistics import median
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrec_assets.features.pair import pair_features
from tests.features.shop import CATEGORIES, Line, Shop, lines

CUTOFF = 20
Pair = tuple[int, int]


def features(shop: Shop, week: int = CUTOFF) -> dict[Pair, dict[str, Any]]:
    rows = pair_features(shop.transactions(), shop.products(), cutoff_week=week).collect().to_dicts()
    return {(row["household_id"], row["product_id"]): row for row in rows}


def plainly(known: Sequence[Line]) -> dict[Pair, dict[str, Any]]:
    """The same features one pair after the other, in plain Python."""
    newest = max(line.at for line in known)
    by_pair: dict[Pair, list[Line]] = defaultdict(list)
    prices: dict[int, list[float]] = defaultdict(list)
    category_spend: dict[Pair, float] = defaultdict(float)
    for line in known:
        by_pair[line.household, line.product].append(line)
        prices[line.product].append(line.shelf / 100)
        category_spend[line.household, (line.product - 1) % len(CATEGORIES)] += line.paid
    found = {}
    for (household, product), bought in by_pair.items():
        times = sorted(line.at for line in bought)
        since = (newest - times[-1]).total_seconds() / 86_400
        gap = (times[-1] - times[0]).total_seconds() / 86_400 / (len(bought) - 1) if len(bought) > 1 else None
        spend, pieces = sum(line.paid for line in bought), sum(line.quantity for line in bought)
        found[household, product] = {
            **{f"baskets_{w}w": sum(line.week > CUTOFF - w for line in bought) for w in (1, 4, 13, 52)},
            "days_since_last": since,
            "mean_gap_days": gap,
            "overdue_ratio": None if gap is None else since / max(gap, 1),
            "category_spend_share": spend / category_spend[household, (product - 1) % len(CATEGORIES)],
            "price_ratio": spend / (pieces * median(prices[product])),
            "discounted_share": sum(line.retail + line.coupon > 0 for line in bought) / len(bought),
        }
    return found


@given(bought=lines(st.integers(1, CUTOFF), least=1, most=40), later=lines(st.integers(CUTOFF + 1, 30)))
@settings(max_examples=40, deadline=None)
def test_pair_features_are_what_a_plain_reading_of_the_lines_gives(bought: list[Line], later: list[Line]) -> None:
    found, expected = features(Shop([*bought, *later])), plainly(bought)
    assert found.keys() == expected.keys()
    for pair, values in expected.items():
        assert {name: found[pair][name] for name in values} == pytest.approx(values, nan_ok=False)


def test_a_product_bought_every_ten_days_is_overdue_after_twenty() -> None:
    bought = [Line(1, 1, 1, hour=0), Line(1, 1, 2, hour=72), Line(1, 1, 3, hour=144), Line(2, 2, 6, hour=120)]
    row = features(Shop(bought))[1, 1]
    assert row["mean_gap_days"] == pytest.approx(10)
    assert row["days_since_last"] == pytest.approx(20)
    assert row["overdue_ratio"] == pytest.approx(2)
    assert row["as_of_week"] == CUTOFF


def test_a_product_bought_twice_within_a_day_is_not_overdue_by_hundreds() -> None:
    row = features(Shop([Line(1, 1, 1, hour=0), Line(1, 1, 1, hour=2), Line(2, 2, 2, hour=2)]))[1, 1]
    assert row["mean_gap_days"] == pytest.approx(2 / 24)
    assert row["overdue_ratio"] == pytest.approx(7)


def test_a_product_bought_once_has_no_gap() -> None:
    row = features(Shop([Line(1, 1, 5)]))[1, 1]
    assert row["mean_gap_days"] is None
    assert row["overdue_ratio"] is None


def test_affinity_is_above_zero_where_a_household_spends_a_larger_share_than_all() -> None:
    """Products 1 to 4 are GROCERY. Household 1 spends 90 of 100 dollars on it, all households 100 of 200."""
    bought = [
        Line(1, 1, 1, shelf=9000),
        Line(1, 5, 1, shelf=1000),
        Line(2, 1, 1, shelf=1000),
        Line(2, 5, 1, shelf=9000),
    ]
    found = features(Shop(bought))
    assert found[1, 1]["department_affinity"] == pytest.approx(math.log2((90 + 20 * 0.5) / 120 / 0.5))
    assert found[1, 5]["department_affinity"] == pytest.approx(math.log2((10 + 20 * 0.5) / 120 / 0.5))
    assert found[2, 5]["department_affinity"] == pytest.approx(found[1, 1]["department_affinity"])


def test_a_category_for_which_nothing_was_paid_has_no_share_of_it() -> None:
    free = Line(1, 1, 5, shelf=100, retail=0, coupon=100)
    assert features(Shop([free, Line(1, 2, 5)]))[1, 1]["category_spend_share"] is None


def test_a_product_that_left_the_catalogue_has_no_row() -> None:
    assert features(Shop([Line(1, 1, 5), Line(1, 6, 5)], products_known=3)).keys() == {(1, 1)}
