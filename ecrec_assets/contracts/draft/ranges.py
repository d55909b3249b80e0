"""Ranges of numbers by robust quantiles, widened until next month's numbers fit too.

The bounds start from p0.1 and p99.9, so that one wrong value does not set them. A number that is never negative may
grow to three times p99.9 (prices and counts vary by factors, not by steps) and shrink to a third of p0.1; one far from
zero, such as a year, gets the width of its own range on both sides; a scale that ends abruptly, such as 1 to 5 stars,
keeps its ends.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import polars as pl

from ecrec_assets.contracts.draft import wording
from ecrec_assets.contracts.draft.finding import Finding, Role
from ecrec_assets.contracts.draft.margin import mostly, nice
from ecrec_assets.contracts.draft.names import rule_name
from ecrec_assets.contracts.draft.profile import FIRST, ROWS, VALUE, ColumnProfile

FACTOR = 3.0
FEW = 0.001  # of the rows: negative numbers that are rarer are taken for mistakes
SCALE_ENDS = 0.01  # of the rows stand at both ends of a scale
LONGEST_SCALE = 12
LARGEST = 2**63 - 1
EXACT = 2**53  # from here on a float is whole because it cannot be anything else


def ranges(column: ColumnProfile, role: Role, *, private: bool) -> Iterator[Finding]:
    """One rule for a number; for a numeric identifier its order of magnitude."""
    if role not in ("measure", "identifier") or not column.dtype.is_numeric() or column.present < 10:
        return
    low, high, why = _magnitude(column) if role == "identifier" else _bounds(column)
    bounds = {name: _plain(column, value) for name, value in (("min_value", low), ("max_value", high))}
    inside = pl.col(VALUE).is_between(bounds["min_value"], bounds["max_value"])
    failed = column.present - column.rows_where(inside)
    yield Finding.row_rule(
        failed,
        name=rule_name(column.name, "is_in_range"),
        expectation="expect_column_values_to_be_between",
        kwargs={**bounds, "mostly": mostly(failed, column.present)},
        dimension="accuracy",
        reason=why,
        evidence=wording.of(column.present - failed, column.present) + ("" if private else f"; {_quantiles(column)}"),
    )


def is_scale(column: ColumnProfile) -> bool:
    """Few whole numbers that end abruptly at both ends: stars, flags, grades."""
    if not column.dtype.is_integer() or not 2 <= column.distinct <= LONGEST_SCALE or column.present < 100:
        return False
    ends = (column.counts[ROWS][0], column.counts[ROWS][-1])
    return min(ends) >= SCALE_ENDS * column.present


def grows(column: ColumnProfile) -> bool:
    """Larger numbers come later in the file: week numbers, counters."""
    if not column.dtype.is_integer() or column.distinct < 3 or column.counts[FIRST][-1] < column.rows // 4:
        return False
    steps = column.counts[FIRST].cast(pl.Int64).diff().drop_nulls()
    return float((steps > 0).mean() or 0) >= 0.95  # type: ignore[arg-type]


def _bounds(column: ColumnProfile) -> tuple[float, float, str]:
    low, high = column.quantile(0.001), column.quantile(0.999)
    if grows(column):
        span = max(high - low, 1)
        return low - span // 4, high + 2 * span, f"{column.name} grows with time, so there is room above."
    if is_scale(column):
        return column.low, column.high, f"{column.name} is a scale that ends at both sides."
    if column.rows_where(pl.col(VALUE) < 0) <= FEW * column.present:
        return *_positive(column, max(low, 0), high), f"{column.name} beyond this is another unit or a typing error."
    reach = max(abs(low), abs(high))
    if low > 0 or high < 0 or (high - low) < reach / 2:
        return low - (high - low), high + (high - low), f"{column.name} beyond this leaves the range by its own width."
    lower, upper = -nice(FACTOR * -min(low, 0), up=True), nice(FACTOR * max(high, 0), up=True)
    return lower, upper, f"{column.name} beyond this is another unit or a typing error."


def _positive(column: ColumnProfile, low: float, high: float) -> tuple[float, float]:
    if column.dtype.is_float() and column.high <= 1 and high > 0.5:
        return 0, 1
    if low > 0 and high < 2 * low:
        return max(low - (high - low), 0), high + max(high - low, 0)
    return nice(low / FACTOR, up=False) if low > 0 else 0, nice(FACTOR * high, up=True) if high > 0 else 1


def _magnitude(column: ColumnProfile) -> tuple[float, float, str]:
    """As many digits as seen and one more; an identifier of another column usually has another number of them."""
    low, high = column.quantile(0.001), column.quantile(0.999)
    lower = 10.0 ** (_digits(low) - 1) if low >= 1000 else min(column.low, 1)
    upper = 10.0 ** (_digits(high) + 1) - 1
    return (
        lower,
        upper,
        f"A number of another length is not {wording.a(column.name)} but an identifier of something else.",
    )


def _digits(value: float) -> int:
    return len(str(int(abs(value))))


def _plain(column: ColumnProfile, value: float) -> int | float:
    """Whole where the column is; a bound is moved outwards, never inwards, but not beyond what 64 bits hold."""
    if column.dtype.is_integer():
        return max(-LARGEST, min(LARGEST, math.floor(value)))
    if float(value).is_integer() and abs(value) < EXACT:
        return math.floor(value)
    return float(f"{value:.6g}")


def _quantiles(column: ColumnProfile) -> str:
    low, high = wording.number(column.quantile(0.001)), wording.number(column.quantile(0.999))
    return f"p0.1 = {low}, p99.9 = {high}, largest {wording.number(column.high)}"
