from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl
import pytest

from ecrec_assets.models.recommender.columns import Columns
from ecrec_assets.models.recommender.ids import as_array, as_series, dtype_of

DAY = datetime(2011, 3, 26, 20)
LINES = pl.LazyFrame(
    {
        "user_id": ["a", None, "b", "c"],
        "item_id": ["x", "x", None, "y"],
        "basket_id": ["1", "2", "3", "4"],
        "time": [DAY, DAY, DAY, datetime(2011, 3, 28)],
        "back": [datetime(2011, 3, 30), None, None, None],
    }
)
COLUMNS = Columns(
    user="user_id", item="item_id", basket="basket_id", time="time", given_back="back", zone="Europe/London"
)


def test_lines_without_user_or_item_teach_nothing() -> None:
    assert COLUMNS.of(LINES).collect()["user"].to_list() == ["a", "c"]


def test_a_purchase_counts_until_the_moment_it_is_given_back() -> None:
    lines = COLUMNS.of(LINES)
    before, after = (COLUMNS.known_before(lines, datetime(2011, 3, day)).collect() for day in (29, 31))
    assert before["user"].to_list() == ["a", "c"]
    assert after["user"].to_list() == ["c"]
    assert COLUMNS.known_before(lines, datetime(2011, 3, 27)).collect()["user"].to_list() == ["a"]


def test_days_are_those_of_the_shop_across_summer_time() -> None:
    assert COLUMNS.days_after(DAY, 1) == datetime(2011, 3, 27, 19)  # clocks went forward in London that night
    assert Columns().days_after(datetime(2017, 11, 27, 5), -28) == datetime(2017, 10, 30, 4)
    assert Columns().days_after(datetime(2017, 11, 27, 5), 28) == datetime(2017, 12, 25, 5)


def test_the_newest_day_ends_at_midnight_of_the_shop() -> None:
    assert COLUMNS.newest_day_end(LINES) == datetime(2011, 3, 28, 23)
    with pytest.raises(ValueError, match="no purchase"):
        COLUMNS.newest_day_end(LINES.head(0))


def test_ids_are_numbers_or_text_and_never_mixed() -> None:
    numbers, texts = as_array(pl.Series("id", [3, 1], dtype=pl.Int32)), as_array(pl.Series("id", ["b", "Ä"]))
    assert (numbers.dtype, texts.dtype.kind) == (np.int64, "U")
    assert (dtype_of(numbers), dtype_of(texts)) == (pl.Int64(), pl.String())
    assert as_series("id", ["x"], texts).dtype == pl.String() and as_series("id", numbers, numbers).to_list() == [3, 1]
    with pytest.raises(TypeError, match="user_id 'x' is no whole number"):
        as_series("user_id", [1, "x"], numbers)
    with pytest.raises(TypeError, match="user_id 1 is no text"):
        as_series("user_id", [1], texts)
    with pytest.raises(TypeError, match="whole numbers or text"):
        as_array(pl.Series("id", [1.5]))


def test_ids_of_text_sort_in_numpy_as_in_polars() -> None:
    ids = pl.Series("id", ["b", "B", "Ä", "a1", "a", "10", "9", "é", "zz", "𝄞", "\ue000"])
    assert np.sort(as_array(ids)).tolist() == ids.sort().to_list()
