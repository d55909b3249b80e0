"""How much is held in memory at once, and how large a table is without reading it."""

from __future__ import annotations

import re
from typing import NamedTuple

import polars as pl

COUNTED = re.compile(r"\s*SELECT \[len\(\)\]\n(?:\s*ROW INDEX [^\n]*\n)?\s*(?:DF \[|Parquet SCAN )")


class Sizes(NamedTuple):
    """Rows. A table of up to `whole` is asked in one query, whole columns in memory where a rule needs that.

    A larger one is asked in several: hashes of `bucket` rows at a time (8 bytes each), ordered values by narrowing down
    to `remainder` of them.
    """

    whole: int = 1 << 25
    bucket: int = 1 << 26
    remainder: int = 1 << 20


def rows_at_a_glance(frame: pl.LazyFrame) -> int | None:
    """The number of rows where the plan can tell it without reading a column: a frame in memory, a Parquet scan.

    None when rows would have to be read or made to be counted.
    """
    counted = frame.select(pl.len())
    plan = counted.explain()
    return int(counted.collect().item()) if COUNTED.match(plan) and "SELECTION" not in plan else None
