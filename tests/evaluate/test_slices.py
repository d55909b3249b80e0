from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from ecrec_assets.evaluate.slices import item_groups, user_segments

LINES = pl.LazyFrame({"user": [1, 1, 1, 2, 2, 3, 3, 3, 4, 5], "basket": [1, 1, 2, 3, 4, 5, 6, 7, 8, 9]})
ANSWERS = ("age", "income", "household_size")
HOUSEHOLDS = pl.LazyFrame(
    {
        "household_id": [5, 2, 1],
        "age": ["65+", "unknown", None],
        "income": ["250K+", "Under 15K", "35-49K"],
        "household_size": ["1", "2", "3"],
    }
)


def test_thirds_are_by_baskets_and_ties_by_household() -> None:
    # baskets: household 1 two (one line is the same basket), 2 two, 3 three, 4 one, 5 one, 6 none
    found = user_segments(np.array([6, 5, 4, 3, 2, 1]), LINES, HOUSEHOLDS, key="household_id", columns=ANSWERS)
    assert found["user"].to_list() == [6, 5, 4, 3, 2, 1]
    assert found["activity"].to_list() == ["low", "middle", "low", "high", "high", "middle"]


def test_who_did_not_answer_is_a_segment_of_its_own() -> None:
    found = user_segments(np.array([1, 2, 3, 5]), LINES, HOUSEHOLDS, key="household_id", columns=ANSWERS)
    assert found["age"].to_list() == ["unknown", "unknown", "unknown", "65+"]
    assert found["income"].to_list() == ["35-49K", "Under 15K", "unknown", "250K+"]


def test_departments_follow_the_order_of_the_candidates() -> None:
    products = pl.LazyFrame({"product_id": [7, 8, 8, 9], "department": ["DELI", "MEAT", "MEAT", None]})
    found = item_groups(np.array([9, 8, 7, 6]), products, key="product_id", column="department")
    assert found.tolist() == [
        "UNKNOWN",
        "MEAT",
        "DELI",
        "UNKNOWN",
    ]


def test_a_shop_without_a_table_of_users_has_only_activity() -> None:
    found = user_segments(np.array(["b", "a"]), LINES.select(pl.lit("a").alias("user"), "basket"), None, key="user_id")
    assert found.to_dict(as_series=False) == {"user": ["b", "a"], "activity": ["low", "middle"]}
    assert item_groups(np.array(["x"]), LINES, key="item", column=None).size == 0
    with pytest.raises(ValueError, match="age are columns of a table of users"):
        user_segments(np.array([1]), LINES, None, key="user_id", columns=["age"])
