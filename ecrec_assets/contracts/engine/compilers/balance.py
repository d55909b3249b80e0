"""Column metrics of balance: Gini coefficient, effective number of classes, size of the smallest class."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from ecrec_assets.contracts.engine.compilers.columns import value
from ecrec_assets.contracts.engine.compilers.domain import Asked
from ecrec_assets.contracts.engine.compilers.lookups import keys
from ecrec_assets.contracts.engine.plan import Plan, Query
from ecrec_assets.contracts.engine.table import CannotCompile

MOST_NAMED = 10


def gini(asked: Asked) -> Plan:
    """How unevenly rows, or the sum of `weight_column`, fall on the values; values of a reference never met count 0."""
    weight = _weight(asked)
    catalogue = asked.arguments.get("reference")
    if catalogue is None:
        return Query(lambda frame: _weighed(asked, frame, asked.value, weight), lambda found: _gini(found["w"], 0))
    column = asked.arguments.get("reference_column") or asked.column
    item, published = keys(asked.table, [asked.column], catalogue, [column])

    def finish(found: pl.DataFrame) -> dict[str, Any]:
        met = found["v"].is_in(published.implode()).sum()
        return _gini(found["w"], len(published) - int(met))

    return Query(lambda frame: _weighed(asked, frame, item, weight), finish)


def _weight(asked: Asked) -> pl.Expr | None:
    name = asked.arguments.get("weight_column")
    if name is None:
        return None
    if not asked.table.column(name).is_numeric():
        raise CannotCompile(f"weight_column {name} is {asked.table.column(name)}, not a number")
    return value(asked.table, name).cast(pl.Float64).fill_null(0)


def _weighed(asked: Asked, frame: pl.LazyFrame, item: pl.Expr, weight: pl.Expr | None) -> pl.LazyFrame:
    rows = frame.filter(asked.where).select(v=item, w=pl.lit(1) if weight is None else weight)
    return rows.filter(pl.col("v").is_not_null()).group_by("v").agg(pl.col("w").sum())


def _gini(weights: pl.Series, unseen: int) -> dict[str, Any]:
    """`sum((2 i - n - 1) x_i) / (n sum(x))` with x ascending; no value when there is nothing to share out."""
    totals = np.sort(np.concatenate([np.zeros(unseen), weights.cast(pl.Float64).to_numpy()]))
    count, total = len(totals), float(totals.sum())
    about = {"values": count, "unseen": unseen, "negative": int((totals < 0).sum())}
    if not total > 0 or about["negative"]:
        return {"gini": None, **about}
    rank = np.arange(1, count + 1)
    return {"gini": float(((2 * rank - count - 1) * totals).sum() / (count * total)), **about}


def effective_number(asked: Asked) -> Plan:
    """Hill number of order 1 (`shannon`: exp of the entropy) or 2 (`simpson`: 1 over the sum of squared shares)."""
    simpson = asked.arguments.get("measure") == "simpson"

    def build(frame: pl.LazyFrame) -> pl.LazyFrame:
        share = pl.col("w") / pl.col("w").sum()
        number = 1 / (share**2).sum() if simpson else (-(share * share.log()).sum()).exp()
        counted = _weighed(asked, frame, asked.value, None)
        return counted.select(number=number, classes=pl.len(), rows=pl.col("w").sum())

    def finish(found: pl.DataFrame) -> dict[str, Any]:
        answer = found.row(0, named=True)
        return answer if answer["classes"] else {"number": 0.0, "classes": 0, "rows": 0}

    return Query(build, finish)


def smallest_class(asked: Asked) -> Plan:
    """The rarest values and their counts, rarest first; a value of `classes` that is not there counts 0."""
    wanted, named = asked.arguments.get("classes"), asked.column not in asked.table.private

    def finish(found: pl.DataFrame) -> dict[str, Any]:
        counts = {str(name): int(count) for name, count in found.sort("w", "v").iter_rows()}
        if wanted is not None:
            counts = {str(name): counts.get(str(name), 0) for name in wanted}
            counts = dict(sorted(counts.items(), key=lambda item: item[1]))
        rarest = dict(list(counts.items())[:MOST_NAMED])
        return {"count": min(counts.values(), default=0), "classes": len(counts), "rarest": rarest if named else {}}

    return Query(lambda frame: _weighed(asked, frame, asked.value, None), finish)
