"""Computes plans on a table: counts and values first, then the rows of rules that failed, and only of those."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from ecrec_assets.contracts.engine import large
from ecrec_assets.contracts.engine.closer import Second, look_closer
from ecrec_assets.contracts.engine.plan import (
    ROW,
    Count,
    Distinct,
    Examples,
    Known,
    Mask,
    Ordered,
    Plan,
    Query,
    Scalar,
    present,
)
from ecrec_assets.contracts.engine.repeats import Repeated, hashes, in_buckets, repeated
from ecrec_assets.contracts.engine.table import Table

Plans = Mapping[Hashable, Plan]


def run(table: Table, plans: Plans) -> dict[Hashable, Any]:
    """The value of every plan by its key.

    The first query counts; the second reads example rows and the row numbers of repeated keys, only for masks whose
    count or whose hashes say that there are any. Both scan the frame in the streaming engine. A large table is asked in
    more, smaller queries, for the same answers.
    """
    masks = {plan.mask.key: plan.mask for plan in plans.values() if isinstance(plan, Count | Examples)}
    first = _count(table, plans, masks)
    second = look_closer(table, plans, masks, first.broken, first.repeated)
    return {key: _answer(key, plan, first, second) for key, plan in plans.items()}


@dataclass(frozen=True)
class _First:
    values: dict[Hashable, Any]
    queries: dict[Hashable, pl.DataFrame]
    broken: dict[str, int]
    repeated: dict[str, Repeated]


def _count(table: Table, plans: Plans, masks: Mapping[str, Mask]) -> _First:
    """One query: all scalars and counts, the groups, and the hashes of every key unless the table is large."""
    scalars = {key: value for key, plan in plans.items() if (value := _scalar(table, plan)) is not None}
    columns = [value.alias(f"v{i}") for i, value in enumerate(scalars.values())]
    columns += [mask.broken.sum().alias(f"m{i}") for i, mask in enumerate(masks.values())]
    queries = {key: plan.build(table.frame) for key, plan in plans.items() if isinstance(plan, Query)}
    keys = {key: mask.repeats for key, mask in masks.items() if mask.repeats}
    hashed = {} if table.is_large else {key: hashes(table, repeats) for key, repeats in keys.items()}
    totals = [table.frame.select(columns)] if columns else []
    frames = pl.collect_all([*totals, *queries.values(), *hashed.values()], engine="streaming")
    row = frames.pop(0).row(0) if totals else ()
    groups = dict(zip(queries, frames, strict=False))
    found = {key: repeated(frame) for key, frame in zip(hashed, frames[len(queries) :], strict=True)}
    if table.is_large:
        found = {key: in_buckets(table, repeats) for key, repeats in keys.items()}
    values = dict(zip(scalars, row, strict=False)) | large.values(table, plans)
    return _First(values, groups, dict(zip(masks, row[len(scalars) :], strict=True)), found)


def _scalar(table: Table, plan: Plan) -> pl.Expr | None:
    """The plan as one expression among all others; None when it is none, or needs a query of its own."""
    match plan:
        case Scalar():
            return plan.value
        case Distinct() if not table.is_large:
            return present(plan.value, plan.where).n_unique()
        case Ordered() if not table.is_large:
            return plan.whole
    return None


def _answer(key: Hashable, plan: Plan, first: _First, second: Second) -> Any:
    match plan:
        case Known():
            return plan.value
        case Scalar() | Ordered():
            return plan.finish(first.values[key])
        case Distinct():
            return first.values[key]
        case Query():
            return plan.finish(first.queries[key])
        case Count():
            return second.counts[plan.mask.key]
        case Examples():
            return plan.finish(second.rows.get(key, _no_rows(plan)))


def _no_rows(plan: Examples) -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys((ROW, *plan.columns), pl.Null))
