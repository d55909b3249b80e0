"""Computes plans on a table: one query for all counts and values, one more for the rows of rules that failed."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from ecrec_assets.contracts.engine.plan import BROKEN, ROW, Count, Examples, Known, Mask, Plan, Query, Scalar
from ecrec_assets.contracts.engine.table import Table


def run(table: Table, plans: Mapping[Hashable, Plan]) -> dict[Hashable, Any]:
    """The value of every plan by its key.

    The first query counts; the second reads example rows and the row numbers of repeated keys, only for masks whose
    count or whose hashes say that there are any. Both scan the frame in the streaming engine.
    """
    masks = {plan.mask.key: plan.mask for plan in plans.values() if isinstance(plan, Count | Examples)}
    first = _count(table, plans, masks)
    second = _look_closer(table, plans, masks, first)
    return {key: _answer(key, plan, first, second) for key, plan in plans.items()}


@dataclass
class _First:
    values: dict[Hashable, Any]
    queries: dict[Hashable, pl.DataFrame]
    repeated: dict[str, pl.Series] = field(default_factory=dict)

    def clean(self, mask: Mask) -> bool:
        return not self.values[mask.key] and not len(self.repeated.get(mask.key, ()))


@dataclass
class _Second:
    counts: dict[str, int]
    rows: dict[Hashable, pl.DataFrame]


def _count(table: Table, plans: Mapping[Hashable, Plan], masks: Mapping[str, Mask]) -> _First:
    scalars = {f"v{i}": (key, plan) for i, (key, plan) in enumerate(plans.items()) if isinstance(plan, Scalar)}
    columns = [plan.value.alias(name) for name, (_, plan) in scalars.items()]
    columns += [mask.broken.sum().alias(f"m{i}") for i, mask in enumerate(masks.values())]
    queries = {key: plan.build(table.frame) for key, plan in plans.items() if isinstance(plan, Query)}
    hashes = {key: _repeated_hashes(table, mask) for key, mask in masks.items() if mask.repeats}
    totals = [table.frame.select(columns)] if columns else []
    frames = pl.collect_all([*totals, *queries.values(), *hashes.values()], engine="streaming")
    row = frames.pop(0).row(0, named=True) if totals else {}
    values: dict[Hashable, Any] = {key: row[name] for name, (key, _) in scalars.items()}
    values |= {key: row[f"m{i}"] for i, key in enumerate(masks)}
    found = dict(zip(queries, frames, strict=False))
    repeated = {key: frame.to_series() for key, frame in zip(hashes, frames[len(queries) :], strict=True)}
    return _First(values, found, repeated)


def _repeated_hashes(table: Table, mask: Mask) -> pl.LazyFrame:
    assert mask.repeats is not None
    rows = table.frame if mask.repeats.within is None else table.frame.filter(mask.repeats.within)
    hashes = rows.select(h=mask.repeats.digest).group_by("h").len()
    return hashes.filter(pl.col("len") > 1).select("h")


def _look_closer(table: Table, plans: Mapping[Hashable, Plan], masks: Mapping[str, Mask], first: _First) -> _Second:
    failed = {key: mask for key, mask in masks.items() if not first.clean(mask)}
    suspects = {key: suspicious_rows(table, mask, first.repeated.get(key)) for key, mask in failed.items()}
    numbers = {key: suspects[key].select(ROW) for key, mask in failed.items() if _has_repeats(mask, first)}
    wanted = {
        key: _limited(suspects[plan.mask.key].select(ROW, *plan.columns), plan.limit)
        for key, plan in plans.items()
        if isinstance(plan, Examples) and plan.mask.key in failed
    }
    frames = pl.collect_all([*numbers.values(), *wanted.values()], engine="streaming")
    counts = {key: int(first.values[key]) for key in masks}
    for key, frame in zip(numbers, frames, strict=False):
        counts[key] = frame.height
        table.surplus[key] = frame[ROW]
    return _Second(counts, dict(zip(wanted, frames[len(numbers) :], strict=True)))


def suspicious_rows(table: Table, mask: Mask, repeated: pl.Series | None) -> pl.LazyFrame:
    """The rows that break the rule, with their row number and every column, in the order of the frame."""
    rows = table.frame.with_row_index(ROW).with_columns(mask.broken.alias(BROKEN))
    if mask.repeats is None or repeated is None or not len(repeated):
        return rows.filter(pl.col(BROKEN))
    candidates = rows.filter(pl.col(BROKEN) | mask.repeats.digest.is_in(repeated.implode()))
    return candidates.filter(pl.col(BROKEN) | mask.repeats.exact)


def _has_repeats(mask: Mask, first: _First) -> bool:
    return mask.repeats is not None and len(first.repeated[mask.key]) > 0


def _limited(rows: pl.LazyFrame, limit: int | None) -> pl.LazyFrame:
    return rows if limit is None else rows.head(limit)


def _answer(key: Hashable, plan: Plan, first: _First, second: _Second) -> Any:
    match plan:
        case Known():
            return plan.value
        case Scalar():
            return plan.finish(first.values[key])
        case Query():
            return plan.finish(first.queries[key])
        case Count():
            return second.counts[plan.mask.key]
        case Examples():
            return plan.finish(second.rows.get(key, _no_rows(plan)))


def _no_rows(plan: Examples) -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys((ROW, *plan.columns), pl.Null))
