"""Values by their place in ascending order, of more values than fit in memory: exact selection by narrowing down.

Counting in equal slices of a range finds the slice that holds a place; the slice is then counted in finer slices, until
what is left can be sorted. Floating point rounds the border of a slice up or down, but never changes the order of two
values, so the answer is exact.
"""

from __future__ import annotations

from typing import Any

import polars as pl

SLICES = 4096


class NoProgress(ArithmeticError):
    """A slice could not be cut finer. Cannot happen for finite numbers, since values that differ get apart."""


def at_places(values: pl.LazyFrame, places: set[int], remainder: int) -> dict[int, Any]:
    """The values at `places` (0 is the smallest) of the one column `v`, which has no nulls and more values than that.

    At most `remainder` values are sorted at once.
    """
    found: dict[int, Any] = {}
    _narrow(values, sorted(places), remainder, found, offset=0)
    return found


def _narrow(values: pl.LazyFrame, places: list[int], remainder: int, found: dict[int, Any], offset: int) -> None:
    """Fills `found` for places counted from the start of the table; `offset` values lie below these `values`."""
    for _, low, high, below, count in _slices(values):
        inside = [place for place in places if below <= place - offset < below + count]
        if not inside:
            continue
        if low == high:
            found |= dict.fromkeys(inside, low)
            continue
        chosen = values.filter(pl.col("v").is_between(low, high))
        if count <= remainder:
            ordered = chosen.collect(engine="streaming")["v"].sort()
            found |= {place: ordered[place - offset - below] for place in inside}
        else:
            _narrow(chosen, inside, remainder, found, offset + below)


def _slices(values: pl.LazyFrame) -> list[tuple[Any, ...]]:
    """Slice number, smallest and largest value, how many values lie below and how many in it; in ascending order."""
    sliced = values.select("v", slice=_slice(values)).group_by("slice")
    counted = sliced.agg(low=pl.col("v").min(), high=pl.col("v").max(), count=pl.len()).collect(engine="streaming")
    if counted.height == 1 and counted["low"][0] != counted["high"][0]:
        raise NoProgress(f"values from {counted['low'][0]} to {counted['high'][0]} cannot be cut into slices")
    ordered = counted.sort("slice").with_columns(below=pl.col("count").cum_sum() - pl.col("count"))
    return ordered.select("slice", "low", "high", "below", "count").rows()


def _slice(values: pl.LazyFrame) -> pl.Expr:
    """The number of the slice a value lies in. Infinity has the outermost ones; near integers are kept apart."""
    value = pl.col("v")
    finite = value.filter(value.cast(pl.Float64).is_finite())
    low, high = values.select(low=finite.min(), high=finite.max()).collect(engine="streaming").row(0)
    if low is None or low == high:
        return (value > (low or 0)).cast(pl.Int32) - (value < (low or 0)).cast(pl.Int32)
    if isinstance(low, int) and high - low < 2**53:
        distance, span = _exact_distance(values, low), float(high - low)
    else:
        distance, span = value.cast(pl.Float64) - float(low), float(high) / 2 - float(low) / 2
    scale = 1e300 if span < 1e-290 else 1.0  # so that neither a slice nor its reciprocal leaves the range of numbers
    return (distance * scale / (span * scale / SLICES)).clip(-1, SLICES).floor().cast(pl.Int32)


def _exact_distance(values: pl.LazyFrame, low: int) -> pl.Expr:
    """Near integers, however large, as distances that a float holds exactly."""
    unsigned = values.collect_schema()["v"] == pl.UInt64
    return ((pl.col("v") if unsigned else pl.col("v").cast(pl.Int64)) - low).cast(pl.Float64)
