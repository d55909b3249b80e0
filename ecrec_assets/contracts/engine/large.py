"""Values of a large table that would need a whole column in memory: found in several passes, exactly the same."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import polars as pl

from ecrec_assets.contracts.engine.plan import Distinct, Ordered, Plan
from ecrec_assets.contracts.engine.ranks import at_places
from ecrec_assets.contracts.engine.repeats import distinct_in_buckets
from ecrec_assets.contracts.engine.table import Table


def values(table: Table, plans: Mapping[Hashable, Plan]) -> dict[Hashable, Any]:
    """The values of the plans that hold whole columns, one plan after another; none when the table is not large."""
    if not table.is_large:
        return {}
    found: dict[Hashable, Any] = {}
    for key, plan in plans.items():
        if isinstance(plan, Distinct):
            found[key] = distinct_in_buckets(_asked(table, plan), plan.value, plan.dtype, table)
        elif isinstance(plan, Ordered):
            found[key] = _ordered(table, plan)
    return found


def _ordered(table: Table, plan: Ordered) -> Any:
    terms = _asked(table, plan).select(v=plan.terms).drop_nulls()
    count = terms.select(pl.len()).collect(engine="streaming").item()
    if count <= table.sizes.remainder:
        return table.frame.select(plan.whole).collect(engine="streaming").row(0)[0]
    return plan.answer(count, at_places(terms, plan.places(count), table.sizes.remainder))


def _asked(table: Table, plan: Distinct | Ordered) -> pl.LazyFrame:
    return table.frame if plan.where is None else table.frame.filter(plan.where)
