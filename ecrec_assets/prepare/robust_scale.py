"""Location and spread that a few wild values cannot move."""

from __future__ import annotations

import polars as pl

MAD_TO_SIGMA = 0.6745  # the third quartile of the standard normal: MAD * 1 / 0.6745 estimates sigma


def robust_z(value: pl.Expr, median: pl.Expr, mad: pl.Expr, *, floor: float) -> pl.Expr:
    """The modified z-score 0.6745 (value - median) / MAD (Iglewicz and Hoaglin 1993), MAD being at least `floor`."""
    return MAD_TO_SIGMA * (value - median) / pl.max_horizontal(mad, pl.lit(floor))


def median_and_mad(frame: pl.LazyFrame, column: str, by: str) -> pl.LazyFrame:
    """One row a group of `by`: `rows`, `median` and `mad` (median distance from the median) of `column`."""
    centred = frame.select(by, column, median=pl.col(column).median().over(by))
    distance = (pl.col(column) - pl.col("median")).abs()
    return centred.group_by(by).agg(rows=pl.len(), median=pl.col("median").first(), mad=distance.median())
