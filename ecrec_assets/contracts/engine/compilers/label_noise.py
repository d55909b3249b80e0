"""Column metric: the share of wrong labels, estimated by confident learning from out-of-fold predictions."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from ecrec_assets.contracts.engine.compilers.columns import value
from ecrec_assets.contracts.engine.compilers.domain import Asked
from ecrec_assets.contracts.engine.plan import Plan, Query
from ecrec_assets.contracts.engine.table import CannotCompile

SUM_TOLERANCE = 0.01
TIE = 1e-6  # a probability this close below its threshold still reaches it, against rounding
PAIRS_SHOWN = 5


def noise(asked: Asked) -> Plan:
    """The confident joint (Northcutt et al. 2021, eq. 1 to 3) in one query, and what it says of the labels."""
    classes = [str(name) for name in asked.arguments["classes"]]
    chances = _chances(asked, len(classes))
    named = asked.column not in asked.table.private

    def build(frame: pl.LazyFrame) -> pl.LazyFrame:
        given = [(pl.col("given") == name).alias(f"g{i}") for i, name in enumerate(classes)]
        rows = frame.filter(asked.where).select(given=asked.value.cast(pl.String), **chances)
        names = list(chances)
        whole = pl.all_horizontal([pl.col("given").is_not_null(), *(pl.col(p).is_not_null() for p in names)])
        valid = pl.all_horizontal([pl.col(p).is_between(0, 1) for p in names]) & (
            (pl.sum_horizontal(names) - 1).abs() <= SUM_TOLERANCE
        )
        known = pl.col("given").is_in(pl.Series(classes).implode())
        rows = rows.with_columns(state=pl.when(~whole).then(0).when(~known).then(1).when(~valid).then(2).otherwise(3))
        sure = [
            pl.when(pl.col(p) >= pl.col(p).filter(given[i] & (pl.col("state") == 3)).mean() - TIE)
            .then(pl.col(p))
            .alias(p)
            for i, p in enumerate(names)
        ]
        best = pl.concat_list([pl.col(p).fill_null(-1.0) for p in names]).list.arg_max()
        guess = pl.when(pl.max_horizontal(names) >= 0).then(best)
        return rows.with_columns(sure).group_by("state", "given", guess.alias("guess")).agg(rows=pl.len())

    return Query(build, lambda found: _estimate(found, classes, named=named))


def _chances(asked: Asked, classes: int) -> dict[str, pl.Expr]:
    """Each class's probability: a column each, or the entries of one list column."""
    columns = asked.arguments["probabilities"]
    if isinstance(columns, str):
        dtype = asked.table.column(columns)
        if not isinstance(dtype, pl.List | pl.Array):
            raise CannotCompile(f"column {columns} is {dtype}; give a list of probabilities, or one column a class")
        entries = pl.col(columns).list if isinstance(dtype, pl.List) else pl.col(columns).arr
        whole = entries.len() == classes if isinstance(dtype, pl.List) else pl.lit(value=True)
        read = [pl.when(whole).then(entries.get(i, null_on_oob=True)) for i in range(classes)]
        return {f"p{i}": part.cast(pl.Float64).fill_nan(None) for i, part in enumerate(read)}
    if len(columns) != classes:
        raise CannotCompile(f"{len(columns)} probability columns for {classes} classes")
    for name in columns:
        if not asked.table.column(name).is_numeric():
            raise CannotCompile(f"column {name} is {asked.table.column(name)}, not a probability")
    return {f"p{i}": value(asked.table, name).cast(pl.Float64) for i, name in enumerate(columns)}


def _estimate(found: pl.DataFrame, classes: list[str], *, named: bool) -> dict[str, Any]:
    """Calibrated joint Q: rows of the confident counts scaled to the label counts; noise is 1 - trace(Q)."""
    skipped, unknown, invalid = (int(found.filter(pl.col("state") == state)["rows"].sum()) for state in range(3))
    asked = found.filter(pl.col("state") == 3)
    place = {name: i for i, name in enumerate(classes)}
    confident, labels = np.zeros((len(classes), len(classes))), np.zeros(len(classes))
    for given, guess, rows in asked.select("given", "guess", "rows").iter_rows():
        labels[place[given]] += rows
        if guess is not None:
            confident[place[given], guess] += rows
    about = {"n": int(labels.sum()), "skipped": skipped, "unknown_labels": unknown, "not_probabilities": invalid}
    if not labels.any():
        return {"share": None, **about}
    confident[np.diag_indices(len(classes))] = confident.diagonal().clip(min=1)
    joint = confident / confident.sum(axis=1, keepdims=True) * labels[:, None] / labels.sum()
    return {
        "share": round(float(1 - np.trace(joint)), 6),
        **about,
        **({"most": _pairs(joint, classes)} if named else {}),
    }


def _pairs(joint: np.ndarray, classes: list[str]) -> dict[str, float]:
    """The commonest mistakes, `given label -> likely label`, with their share of the rows."""
    wrong = [(joint[i, j], f"{a} -> {b}") for i, a in enumerate(classes) for j, b in enumerate(classes) if i != j]
    return {words: round(float(share), 6) for share, words in sorted(wrong, key=lambda w: -w[0])[:PAIRS_SHOWN] if share}
