"""Which hashes of a key occur again: all hashes sorted, eight bytes a row, or one bucket of them after another."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from ecrec_assets.contracts.engine.plan import Repeats
from ecrec_assets.contracts.engine.table import Table

SIXTY_FOUR_BITS = (pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32)


class Repeated(NamedTuple):
    """The hashes that occur again, and how many rows have one of them. Rows of equal hash are only suspects."""

    hashes: pl.Series
    rows: int


def hashes(table: Table, repeats: Repeats) -> pl.LazyFrame:
    """The hash of every row the rule asks about."""
    rows = table.frame if repeats.within is None else table.frame.filter(repeats.within)
    return rows.select(h=repeats.digest)


def repeated(found: pl.DataFrame) -> Repeated:
    """Those of the hashes that occur again. Sorting is several times faster than grouping when most occur once."""
    ordered = np.sort(found["h"].to_numpy())
    again = ordered[1:] == ordered[:-1]
    if not again.any():
        return Repeated(pl.Series("h", [], dtype=pl.UInt64), 0)
    each = np.unique(ordered[1:][again])
    return Repeated(pl.Series("h", each, dtype=pl.UInt64), int(np.count_nonzero(again)) + len(each))


def in_buckets(table: Table, repeats: Repeats) -> Repeated:
    """The same for a large table, one pass over the frame for each bucket of hashes."""
    buckets = _buckets(table)
    parts = []
    for bucket in range(buckets):
        chosen = hashes(table, repeats).filter(pl.col("h") % buckets == bucket)
        parts.append(repeated(chosen.collect(engine="streaming")))
    return Repeated(pl.concat([part.hashes for part in parts]), sum(part.rows for part in parts))


def distinct_in_buckets(rows: pl.LazyFrame, value: pl.Expr, dtype: pl.DataType, table: Table) -> int:
    """How many different values there are, nulls left out; exact, one pass for each bucket.

    Whole numbers and times are sorted as they are. Other values are grouped within the bucket their hash falls into.
    """
    values = rows.select(v=value).drop_nulls()
    if dtype.is_temporal() or (dtype.is_integer() and dtype in SIXTY_FOUR_BITS):
        return _distinct_numbers(values.select(pl.col("v").to_physical().cast(pl.Int64)), _buckets(table))
    buckets = _buckets(table) * 4  # a group takes more room than a number
    chosen = (values.filter(pl.col("v").hash() % buckets == bucket) for bucket in range(buckets))
    return sum(part.select(pl.col("v").n_unique()).collect(engine="streaming").item() for part in chosen)


def _distinct_numbers(values: pl.LazyFrame, buckets: int) -> int:
    total = 0
    for bucket in range(buckets):
        chosen = values if buckets == 1 else values.filter(pl.col("v") % buckets == bucket)
        ordered = np.sort(chosen.collect(engine="streaming")["v"].to_numpy())
        total += int(np.count_nonzero(ordered[1:] != ordered[:-1])) + (1 if len(ordered) else 0)
    return total


def _buckets(table: Table) -> int:
    return max(-(-(table.rows or 0) // table.sizes.bucket), 1)
