"""Keys: the fewest columns that name one row, proved on every row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, islice
from math import prod
from typing import NamedTuple

import polars as pl

from ecrec_assets.contracts.draft.finding import Role

RANK: dict[Role, int] = {"identifier": 0, "time": 1, "class": 2, "text": 3, "flag": 4, "measure": 5, "other": 9}
MOST_COLUMNS = 4
MOST_CANDIDATES = 9
SAMPLED = 300_000  # rows that rule most combinations out
PROOFS = 4  # combinations of one size that are counted over all rows
SMALL = 100  # with fewer rows than this, only identifiers are believed to be keys


class Facts(NamedTuple):
    """What the search needs to know of a column."""

    name: str
    role: Role
    dtype: pl.DataType
    distinct: int
    missing: int


class Keys(NamedTuple):
    """The primary key (empty: none) and other columns that happen to be unique and are meant to be."""

    primary: tuple[str, ...]
    others: tuple[str, ...]


def keys(frame: pl.LazyFrame, columns: Sequence[Facts], rows: int, rows_profiled: int) -> Keys:
    """The primary key is a single identifier where there is one, else the smallest combination.

    `rows` are those of the frame; `columns` may tell of fewer, `rows_profiled`, and then every key is counted again.
    """
    fit = [column for column in columns if _may_be_key(column, rows_profiled)]
    single = [each for each in fit if each.distinct == rows_profiled and each.role != "measure"]
    single = [each for each in single if each.role == "identifier" or rows >= SMALL]
    if rows_profiled < rows:
        single = [each for each in single if distinct_rows(frame, [each.name]) == rows]
    single.sort(key=lambda each: RANK[each.role])
    if single:
        return Keys((single[0].name,), tuple(each.name for each in single[1:] if each.role == "identifier"))
    ordered = sorted(fit, key=lambda each: RANK[each.role])[:MOST_CANDIDATES]
    return Keys(_composite(frame, ordered, rows, rows_profiled), ())


def distinct_rows(frame: pl.LazyFrame, names: Sequence[str]) -> int:
    """How many different rows there are in these columns, by 64-bit hash: equal to the rows only if all differ."""
    return int(frame.select(pl.struct(names).hash().n_unique()).collect(engine="streaming").item())


def _may_be_key(column: Facts, rows: int) -> bool:
    return (
        column.missing == 0 and not column.dtype.is_float() and 1 < column.distinct <= rows and column.role != "other"
    )


def _composite(frame: pl.LazyFrame, columns: list[Facts], rows: int, rows_profiled: int) -> tuple[str, ...]:
    if rows < 2 or not columns:
        return ()
    for size in range(2, min(MOST_COLUMNS, len(columns)) + 1):
        groups = [each for each in combinations(columns, size) if prod(c.distinct for c in each) >= rows_profiled]
        for group in islice(_likely(frame, groups, rows), PROOFS):
            if distinct_rows(frame, [each.name for each in group]) == rows:
                return tuple(each.name for each in group)
    return ()


def _likely(frame: pl.LazyFrame, groups: list[tuple[Facts, ...]], rows: int) -> Iterator[tuple[Facts, ...]]:
    """Those that are unique in a sample that keeps all rows of the values it holds, identifiers first."""
    names = list(dict.fromkeys(each.name for group in groups for each in group))
    groups.sort(key=lambda group: sum(RANK[each.role] for each in group))
    samples: dict[str, pl.DataFrame] = {}
    for group in groups:
        widest = max(group, key=lambda each: each.distinct).name
        if widest not in samples:
            samples[widest] = _sample(frame, widest, names, rows)
        sample = samples[widest]
        if sample.select(pl.struct(each.name for each in group).hash().n_unique()).item() == sample.height:
            yield group


def _sample(frame: pl.LazyFrame, by: str, names: list[str], rows: int) -> pl.DataFrame:
    parts = max(1, rows // SAMPLED)
    kept = frame.select(names).filter(pl.col(by).hash(7) % parts == 0)
    return kept.collect(engine="streaming")
