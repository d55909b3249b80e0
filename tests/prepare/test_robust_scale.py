import polars as pl
import pytest

from ecrec_assets.prepare.robust_scale import median_and_mad, robust_z


def test_one_wild_value_does_not_move_median_and_mad() -> None:
    frame = pl.LazyFrame({"shop": ["a"] * 5 + ["b"], "x": [1.0, 2.0, 3.0, 4.0, 1_000_000.0, 7.0]})
    rows = median_and_mad(frame, "x", "shop").sort("shop").collect().rows()
    assert rows == [("a", 5, 3.0, 1.0), ("b", 1, 7.0, 0.0)]


def test_the_z_score_is_that_of_iglewicz_and_hoaglin_with_a_floor_under_the_mad() -> None:
    frame = pl.DataFrame({"x": [5.0, 5.0], "median": [3.0, 3.0], "mad": [1.0, 0.0]})
    scores = frame.select(robust_z(pl.col("x"), pl.col("median"), pl.col("mad"), floor=0.5)).to_series()
    assert scores.to_list() == pytest.approx([0.6745 * 2, 0.6745 * 4])
