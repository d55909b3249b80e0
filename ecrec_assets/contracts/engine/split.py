"""Parts a table into clean rows and rows for quarantine, in the order of the table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from ecrec_assets.contracts.engine.plan import ROW, Count, Mask
from ecrec_assets.contracts.engine.runner import run
from ecrec_assets.contracts.engine.table import Table

FAILED = "_failed_rules"
BITS = 63


class Split(NamedTuple):
    """Rows by the door they leave. `quarantined` has the extra column `_failed_rules: list[str]`."""

    clean: pl.LazyFrame
    quarantined: pl.LazyFrame


def failing_rows(table: Table, masks: Mapping[str, Mask]) -> pl.DataFrame:
    """Row number and failed rules of every row that breaks one of `masks` (rule name -> mask), in row order.

    The rules are bits of words, `w0` holding the first 63: a million failing rows take 12 MB.
    """
    names = list(masks)
    for mask in masks.values():
        if mask.repeats and mask.key not in table.surplus:
            run(table, {mask.key: Count(mask)})
    plain = {name: mask for name, mask in masks.items() if mask.key not in table.surplus}
    frames = [_numbers(table.surplus[mask.key], names, name) for name, mask in masks.items() if name not in plain]
    frames += [_matching(table, plain, names)] if plain else []
    if not frames:
        return pl.DataFrame(schema={ROW: pl.get_index_type(), "w0": pl.UInt64})
    return pl.concat(frames).group_by(ROW).agg(pl.exclude(ROW).sum()).sort(ROW) if len(frames) > 1 else frames[0]


def part(table: Table, failing: pl.DataFrame, names: list[str]) -> Split:
    """The two sides, lazily. A quarantined row lists in `_failed_rules` every rule of `names` it breaks."""
    if failing.is_empty():
        nobody = table.frame.clear().with_columns(pl.lit(None, dtype=pl.List(pl.String)).alias(FAILED))
        return Split(table.frame, nobody)
    marked = table.frame.with_row_index(ROW).join(failing.lazy(), on=ROW, how="left", maintain_order="left")
    words = [name for name in failing.columns if name != ROW]
    clean = marked.filter(pl.col("w0").is_null()).drop(ROW, *words)
    quarantined = marked.filter(pl.col("w0").is_not_null()).with_columns(_decoded(names)).drop(ROW, *words)
    return Split(clean, quarantined)


def _matching(table: Table, plain: Mapping[str, Mask], names: list[str]) -> pl.DataFrame:
    flags = {f"__f{names.index(name)}": mask.broken for name, mask in plain.items()}
    rows = table.frame.with_row_index(ROW).select(ROW, **flags).filter(pl.any_horizontal(*flags))
    return rows.select(ROW, *_words({name: pl.col(f"__f{names.index(name)}") for name in plain}, names)).collect(
        engine="streaming"
    )


def _numbers(rows: pl.Series, names: list[str], name: str) -> pl.DataFrame:
    return pl.DataFrame({ROW: rows}).select(ROW, *_words({name: pl.lit(value=True)}, names))


def _words(flags: Mapping[str, pl.Expr], names: list[str]) -> list[pl.Expr]:
    words = []
    for start in range(0, len(names), BITS):
        bits = [flags[n].cast(pl.UInt64) * (1 << i) for i, n in enumerate(names[start : start + BITS]) if n in flags]
        words.append(sum(bits, start=pl.lit(0, dtype=pl.UInt64)).alias(f"w{start // BITS}"))
    return words


def _decoded(names: list[str]) -> pl.Expr:
    failed = [
        pl.when((pl.col(f"w{i // BITS}") & (1 << i % BITS)) != 0).then(pl.lit(name)) for i, name in enumerate(names)
    ]
    return pl.concat_list(failed).list.drop_nulls().alias(FAILED)
