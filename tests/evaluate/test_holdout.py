from __future__ import annotations

import numpy as np
import polars as pl

from ecrec_assets.evaluate.holdout import hold_out

LINES = pl.LazyFrame(
    {
        "household_id": [1, 3, 3, 3, 9, 1, 3, 1],
        "product_id": [50, 40, 40, 60, 40, 40, 70, 60],
        "week": [49, 49, 52, 50, 50, 48, 50, 53],
    }
)


def test_only_known_households_candidates_and_the_weeks_count() -> None:
    # left out: household 9 is unknown, product 70 no candidate, weeks 48 and 53 are outside; 3-40 stands twice
    found = hold_out(LINES, np.array([1, 2, 3]), np.array([40, 50, 60]), first_week=49, last_week=52)
    expected = np.array([[False, True, False], [False, False, False], [True, False, True]])
    np.testing.assert_array_equal(found.block(0, 3), expected)


def test_blocks_are_parts_of_the_whole() -> None:
    found = hold_out(LINES, np.array([1, 2, 3]), np.array([40, 50, 60]), first_week=49, last_week=52)
    whole = found.block(0, 3)
    np.testing.assert_array_equal(np.concatenate([found.block(0, 1), found.block(1, 3)]), whole)
    assert found.block(1, 2).shape == (1, 3) and not found.block(1, 2).any()
