"""The weeks before a cut-off: the only place that decides what a feature may see."""

from __future__ import annotations

import polars as pl

WINDOWS = (1, 4, 13, 52)  # weeks: the last one, a month, a season, a year
DAY = 86_400_000_000  # microseconds


def known(events: pl.LazyFrame, cutoff_week: int) -> pl.LazyFrame:
    """Rows of weeks up to and including `cutoff_week`; every feature starts here."""
    return events.filter(pl.col("week") <= cutoff_week)


def within(weeks: int, cutoff_week: int, week: str = "week") -> pl.Expr:
    """True for the last `weeks` weeks up to the cut-off, on rows that are `known`."""
    return pl.col(week) > cutoff_week - weeks


def windowed(name: str, value: pl.Expr, cutoff_week: int, week: str = "week") -> list[pl.Expr]:
    """The sum of `value` over each of `WINDOWS`, as `<name>_<weeks>w`. An aggregation: use it inside `agg`."""
    return [value.filter(within(weeks, cutoff_week, week)).sum().alias(f"{name}_{weeks}w") for weeks in WINDOWS]


def days_between(earlier: pl.Expr, later: pl.Expr) -> pl.Expr:
    """Days with their fraction, Float64."""
    return (later - earlier).dt.total_microseconds() / DAY


def as_of(cutoff_week: int) -> pl.Expr:
    """The column `as_of_week`, part of the key of every feature table."""
    return pl.lit(cutoff_week, dtype=pl.Int64).alias("as_of_week")
