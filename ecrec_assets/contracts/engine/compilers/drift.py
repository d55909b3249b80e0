"""Column metrics of drift against a published table: population stability index and Kolmogorov-Smirnov distance."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl

from ecrec_assets.contracts.engine.compilers.columns import TEXT
from ecrec_assets.contracts.engine.compilers.domain import Asked
from ecrec_assets.contracts.engine.compilers.lookups import alike, reference
from ecrec_assets.contracts.engine.plan import Plan, Query
from ecrec_assets.contracts.engine.table import CannotCompile

NUMBER_BINS = 10
CATEGORIES = 50
SMOOTHING = 0.5
MISSING, OTHER = "missing", "other"
KS_95 = 1.3581


def stability(asked: Asked) -> Plan:
    """`sum((p - q) ln(p / q))` over the bins, p here and q in the reference, half a row added to each bin."""
    number = _is_number(asked)
    before = _published(asked, pl.Float64() if number else pl.String())
    most = asked.arguments.get("bins") or (NUMBER_BINS if number else CATEGORIES)
    if number:
        edges = _edges(before, most)
        here = asked.value.cast(pl.Float64).cut(edges) if edges else _one_bin(asked.value)
        there = pl.col("x").cut(edges) if edges else _one_bin(pl.col("x"))
    else:
        kept = pl.Series(_frequent(before, most), dtype=pl.String)
        here, there = (_category(values, kept) for values in (asked.value.cast(pl.String), pl.col("x")))

    def build(frame: pl.LazyFrame) -> pl.LazyFrame:
        now = _counted(frame.filter(asked.where).select(bin=_bin(here)), "n")
        then = _counted(before.select(bin=_bin(there)), "m")
        return then.join(now, on="bin", how="full", coalesce=True).with_columns(pl.col("n", "m").fill_null(0))

    return Query(build, lambda found: _stability(found, named=asked.column not in asked.table.private))


def _stability(found: pl.DataFrame, *, named: bool) -> dict[str, Any]:
    bins, n, m = found.height, int(found["n"].sum()), int(found["m"].sum())
    sizes = {"n": n, "reference_n": m, "bins": bins}
    if not (n and m):
        return {"psi": None, **sizes}
    here, there = ((pl.col(c) + SMOOTHING) / (size + SMOOTHING * bins) for c, size in (("n", n), ("m", m)))
    terms = found.select("bin", p=here, q=there, psi=(here - there) * (here / there).log()).sort(
        "psi", "bin", descending=[True, False]
    )
    label, p, q, _ = terms.row(0)
    moved = f"{label}: {q:.1%} -> {p:.1%}"
    about = {"by_chance": round((bins - 1) * (1 / n + 1 / m), 6), **sizes}
    return {"psi": round(float(terms["psi"].sum()), 6), **about, **({"moved_most": moved} if named else {})}


def distance(asked: Asked) -> Plan:
    """The largest gap between the two cumulative distributions, ties taken together; missing values are left out."""
    if not _is_number(asked):
        raise CannotCompile(f"column {asked.column} is {asked.dtype}; the Kolmogorov-Smirnov distance is for numbers")
    before = _published(asked, pl.Float64()).drop_nulls().select("x", n=0, m=1)

    def build(frame: pl.LazyFrame) -> pl.LazyFrame:
        now = frame.filter(asked.where).select(x=asked.value.cast(pl.Float64) + 0.0, n=1, m=0).drop_nulls()
        counts = pl.concat([now, before]).group_by("x").agg(pl.col("n", "m").sum()).sort("x")
        gap = (pl.col("n").cum_sum() / pl.col("n").sum() - pl.col("m").cum_sum() / pl.col("m").sum()).abs()
        return counts.with_columns(gap=gap).select(
            distance=pl.col("gap").max(),
            at=pl.col("x").get(pl.col("gap").arg_max(), null_on_oob=True),
            n=pl.col("n").sum(),
            reference_n=pl.col("m").sum(),
        )

    def finish(found: pl.DataFrame) -> dict[str, Any]:
        answer = found.row(0, named=True)
        n, m = answer["n"], answer["reference_n"]
        if not (n and m):
            return {"distance": None, "n": n, "reference_n": m}
        shown = {} if asked.column in asked.table.private else {"at": answer["at"]}
        chance = round(KS_95 * math.sqrt((n + m) / (n * m)), 6)
        return {"distance": round(answer["distance"], 6), "by_chance_95": chance, "n": n, "reference_n": m, **shown}

    return Query(build, finish)


def _is_number(asked: Asked) -> bool:
    """CannotCompile for a column that is neither numbers nor categories."""
    if asked.arguments.get("treat_as") == "categories" or asked.dtype == pl.Boolean or isinstance(asked.dtype, TEXT):
        return False
    if not asked.dtype.is_numeric():
        raise CannotCompile(f"column {asked.column} is {asked.dtype}; drift is measured on numbers, texts and booleans")
    return True


def _published(asked: Asked, dtype: pl.DataType) -> pl.LazyFrame:
    """The column of the reference as `x`."""
    name, column = asked.arguments["reference"], asked.arguments.get("reference_column") or asked.column
    alike(asked.table, asked.column, name, column)
    read = pl.col("r0").cast(dtype)
    return reference(asked.table, name, [column]).select(x=read + 0.0 if dtype == pl.Float64 else read)


def _edges(before: pl.LazyFrame, bins: int) -> list[float]:
    """The inner quantiles of the reference, each once: a value that fills several bins gets one."""
    at = [pl.col("x").quantile(i / bins, "nearest").alias(str(i)) for i in range(1, bins)]
    found = before.drop_nulls().select(at).collect(engine="streaming").row(0) if at else ()
    return sorted({edge for edge in found if edge is not None and np.isfinite(edge)})


def _frequent(before: pl.LazyFrame, most: int) -> list[str]:
    counts = before.drop_nulls().group_by("x").agg(n=pl.len()).sort("n", "x", descending=[True, False])
    return counts.head(most).collect(engine="streaming")["x"].to_list()


def _category(values: pl.Expr, kept: pl.Series) -> pl.Expr:
    return pl.when(values.is_null() | values.is_in(kept.implode())).then(values).otherwise(pl.lit(OTHER))


def _one_bin(values: pl.Expr) -> pl.Expr:
    return pl.when(values.is_not_null()).then(pl.lit("every number"))


def _bin(values: pl.Expr) -> pl.Expr:
    return values.cast(pl.String).fill_null(MISSING)


def _counted(bins: pl.LazyFrame, name: str) -> pl.LazyFrame:
    return bins.group_by("bin").agg(pl.len().cast(pl.Int64).alias(name))
