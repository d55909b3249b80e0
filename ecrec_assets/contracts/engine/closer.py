"""A closer look at the rules that failed: which rows repeat a key, and the rows to be shown."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

import polars as pl

from ecrec_assets.contracts.engine.plan import BROKEN, ROW, Examples, Mask, Plan
from ecrec_assets.contracts.engine.repeats import Repeated
from ecrec_assets.contracts.engine.table import Table


class Second(NamedTuple):
    """How many rows break each mask, and the rows to be shown for each plan that shows any."""

    counts: dict[str, int]
    rows: dict[Hashable, pl.DataFrame]


class _Shown(NamedTuple):
    """What all plans of one mask want to see: these columns, of so many rows (None: all)."""

    plans: dict[Hashable, Examples]
    columns: tuple[str, ...]
    limit: int | None


def look_closer(
    table: Table,
    plans: Mapping[Hashable, Plan],
    masks: Mapping[str, Mask],
    broken: Mapping[str, int],
    repeated: Mapping[str, Repeated],
) -> Second:
    """One query for all masks that failed. Row numbers of repeated keys are kept in `table.surplus`."""
    failed = {key: mask for key, mask in masks.items() if broken[key] or (key in repeated and repeated[key].rows)}
    shown = {key: _shown(key, plans) for key in failed}
    lazy: dict[tuple[str, str], pl.LazyFrame] = {}
    for key, mask in failed.items():
        rows = suspicious_rows(table, mask, repeated.get(key))
        if key in repeated and repeated[key].rows:
            lazy["numbers", key] = rows.select(ROW)
        if shown[key].plans:
            wanted, limit = rows.select(ROW, *shown[key].columns), shown[key].limit
            lazy["shown", key] = wanted if limit is None else wanted.head(limit)
    frames = dict(zip(lazy, pl.collect_all(lazy.values(), engine="streaming"), strict=True))
    return _second(table, dict(broken), frames, shown)


def _second(
    table: Table, counts: dict[str, int], frames: dict[tuple[str, str], pl.DataFrame], shown: dict[str, _Shown]
) -> Second:
    rows: dict[Hashable, pl.DataFrame] = {}
    for (what, key), frame in frames.items():
        if what == "numbers":
            counts[key], table.surplus[key] = frame.height, frame[ROW]
        else:
            rows |= {name: _part(frame, plan) for name, plan in shown[key].plans.items()}
    return Second(counts, rows)


def suspicious_rows(table: Table, mask: Mask, repeated: Repeated | None) -> pl.LazyFrame:
    """The rows that break the rule, with their row number and every column, in the order of the frame."""
    rows = table.frame.with_row_index(ROW).with_columns(mask.broken.alias(BROKEN))
    if mask.repeats is None or repeated is None or not repeated.rows:
        return rows.filter(pl.col(BROKEN))
    candidates = rows.filter(pl.col(BROKEN) | mask.repeats.digest.is_in(repeated.hashes.implode()))
    return candidates.filter(pl.col(BROKEN) | mask.repeats.exact)


def _shown(key: str, plans: Mapping[Hashable, Plan]) -> _Shown:
    """Asked once for all summaries of a rule: values, row numbers and whole rows."""
    mine = {name: plan for name, plan in plans.items() if isinstance(plan, Examples) and plan.mask.key == key}
    columns = tuple(dict.fromkeys(column for plan in mine.values() for column in plan.columns))
    limits: list[Any] = [plan.limit for plan in mine.values()]
    return _Shown(mine, columns, None if None in limits or not limits else max(limits))


def _part(frame: pl.DataFrame, plan: Examples) -> pl.DataFrame:
    rows = frame.select(ROW, *plan.columns)
    return rows if plan.limit is None else rows.head(plan.limit)
