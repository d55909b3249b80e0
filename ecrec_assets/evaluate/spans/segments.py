"""By what queries are parted: length, words that training never saw, and what the data itself says of them."""

from __future__ import annotations

import polars as pl

UNKNOWN = "unknown_words"


def with_segments(held_out: pl.DataFrame, train: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """`held_out` with a column of segments for each slice, and the names of the slices.

    `length` in words; `unknown_words`, if there are training queries: none, some or all words of the query occur in
    none of them (case does not count); `form` and `noise` where the columns `form` and `is_noisy` are there.
    """
    named = [_length()]
    if train.height:
        known = train.select(pl.col("tokens").explode(empty_as_null=False).str.to_lowercase().unique())["tokens"]
        named.append(_unknown(known))
    if "form" in held_out.columns:
        named.append(pl.col("form"))
    if "is_noisy" in held_out.columns:
        named.append(_either("is_noisy", "noisy", "clean").alias("noise"))
    return held_out.with_columns(named), tuple(each.meta.output_name() for each in named)


def _length() -> pl.Expr:
    words = pl.col("tags").list.len()
    longer = pl.when(words <= 4).then(pl.lit("3-4")).otherwise(pl.lit("5+"))
    return pl.when(words <= 2).then(pl.lit("1-2")).otherwise(longer).alias("length")


def _unknown(known: pl.Series) -> pl.Expr:
    lowered = pl.element().str.to_lowercase()
    missing = pl.col("tokens").list.eval(~lowered.is_in(known.implode())).list.sum()
    some = pl.when(missing < pl.col("tokens").list.len()).then(pl.lit("some")).otherwise(pl.lit("all"))
    return pl.when(missing == 0).then(pl.lit("none")).otherwise(some).alias(UNKNOWN)


def _either(column: str, yes: str, no: str) -> pl.Expr:
    return pl.when(column).then(pl.lit(yes)).otherwise(pl.lit(no))
