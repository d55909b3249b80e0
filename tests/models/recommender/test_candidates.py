from __future__ import annotations

import polars as pl

from ecrec_assets.models.recommender.candidates import candidate_items
from ecrec_assets.models.recommender.config import RecommenderConfig

LINES = pl.LazyFrame({"user": [1, 2, 1, 1, 1, 2, 1, 2, 1, 2, 1, 2], "item": [9, 9, 8, 8, 7, 7, 6, 6, 5, 5, 4, 4]})
PRODUCTS = pl.LazyFrame(
    {
        "product_id": [9, 8, 7, 6, 5, 3],
        "department": ["GROCERY", "GROCERY", "FUEL", "GROCERY", None, "GROCERY"],
        "product_category": ["SOUP", "SOUP", "FUEL", "COUPON/MISC ITEMS", None, "SOUP"],
    }
)


def test_candidates_are_goods_that_enough_households_bought() -> None:
    # 8: one household twice; 7: fuel; 6: bookkeeping; 5: unnamed but kept; 4: not in the catalogue; 3: never bought
    found = candidate_items(LINES, PRODUCTS, RecommenderConfig(min_buyers=2)).collect()
    assert found["item"].to_list() == [5, 9]


def test_a_product_listed_twice_is_one_candidate() -> None:
    found = candidate_items(LINES, pl.concat([PRODUCTS, PRODUCTS]), RecommenderConfig(min_buyers=1)).collect()
    assert found["item"].to_list() == [5, 8, 9]
