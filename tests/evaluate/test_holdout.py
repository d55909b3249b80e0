from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl

from ecrec_assets.evaluate.holdout import hold_out

BEGIN, END = datetime(2017, 1, 9), datetime(2017, 1, 13)
LINES = pl.LazyFrame(
    {
        "user": [1, 3, 3, 3, 9, 1, 3, 1],
        "item": [50, 40, 40, 60, 40, 40, 70, 60],
        "time": [datetime(2017, 1, day) for day in (9, 9, 12, 10, 10, 8, 10, 13)],
    }
)


def test_only_known_users_candidates_and_the_days_count() -> None:
    # left out: user 9 is unknown, item 70 no candidate, days 8 and 13 are outside; 3-40 stands twice
    found = hold_out(LINES, np.array([1, 2, 3]), np.array([40, 50, 60]), begin=BEGIN, end=END)
    expected = np.array([[False, True, False], [False, False, False], [True, False, True]])
    np.testing.assert_array_equal(found.block(0, 3), expected)


def test_blocks_are_parts_of_the_whole() -> None:
    found = hold_out(LINES, np.array([1, 2, 3]), np.array([40, 50, 60]), begin=BEGIN, end=END)
    whole = found.block(0, 3)
    np.testing.assert_array_equal(np.concatenate([found.block(0, 1), found.block(1, 3)]), whole)
    assert found.block(1, 2).shape == (1, 3) and not found.block(1, 2).any()
