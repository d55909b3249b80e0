"""Row rules against leakage: between the splits of one table, and between this table and a published one."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from ecrec_assets.contracts.engine.compilers.columns import comparable, value
from ecrec_assets.contracts.engine.compilers.domain import Asked
from ecrec_assets.contracts.engine.compilers.lookups import instant, keys, moment_of, reference
from ecrec_assets.contracts.engine.table import CannotCompile


def in_one_split(asked: Asked) -> pl.Expr:
    """Rows with the same key stand in one split; rows of the split `keep` are never blamed."""
    split = asked.arguments["split_column"]
    if split in asked.domain.columns:
        raise CannotCompile(f"split_column '{split}' cannot be part of the key")
    group = value(asked.table, split)
    alone = group.filter(asked.where).n_unique().over(*asked.values) <= 1
    keep = asked.arguments.get("keep")
    if keep is None:
        return alone
    kept = group == comparable(asked.table.column(split), keep)
    return alone | kept.fill_null(value=False)


def exist(asked: Asked) -> pl.Expr:
    """The whole key of the row is one of the reference."""
    arguments = asked.arguments
    own = asked.domain.columns
    row, published = keys(asked.table, own, arguments["reference"], arguments.get("reference_column_list") or own)
    return row.is_in(published.implode())


def absent(asked: Asked) -> pl.Expr:
    return ~exist(asked)


def splits_in_order(asked: Asked) -> pl.Expr:
    """The time of a row lies before the earliest time of every later split, by `gap_hours` at least."""
    split, order = asked.arguments["split_column"], asked.arguments["order"]
    dtype, group = asked.table.column(split), value(asked.table, split)
    at, gap = moment_of(asked.table, asked.column), timedelta(hours=asked.arguments.get("gap_hours") or 0)
    of = [(group == comparable(dtype, name)).fill_null(value=False) for name in order]
    holds = pl.lit(value=False)
    for place, here in enumerate(of):
        later = pl.any_horizontal([*of[place + 1 :], pl.lit(value=False)]) & asked.where
        start = at.filter(later).min()
        before = (start.is_null() | ((at < start) & (at + gap <= start))).fill_null(value=False)
        holds = holds | (here & before)
    return holds


def apart(asked: Asked) -> pl.Expr:
    """After the newest, or before the oldest, time of the reference, by `gap_hours` at least."""
    name, column, side = (asked.arguments[part] for part in ("reference", "reference_column", "side"))
    read = reference(asked.table, name, [column])
    times = instant(pl.col("r0"), read.collect_schema()["r0"], f"{name}.{column}")
    edge = read.select(times.max() if side == "after" else times.min()).collect(engine="streaming").item()
    if edge is None:
        raise CannotCompile(f"{name}.{column} has no time to compare with")
    at, gap = moment_of(asked.table, asked.column), timedelta(hours=asked.arguments.get("gap_hours") or 0)
    return (at > edge) & (at >= edge + gap) if side == "after" else (at < edge) & (at <= edge - gap)
