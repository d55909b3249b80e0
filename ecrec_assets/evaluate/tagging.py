"""How well predicted tags agree with given ones: token accuracy and span precision, recall and F1, by slice.

A span counts only when its type and both its ends are right (strict IOB2; Tjong Kim Sang & Buchholz, CoNLL 2000;
computed by seqeval).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import polars as pl
from seqeval.metrics.v1 import precision_recall_fscore_support
from seqeval.scheme import IOB2

SCHEMA = {
    "model_run": pl.String,
    "split": pl.String,
    "slice": pl.String,
    "segment": pl.String,
    "metric": pl.String,
    "value": pl.Float64,
    "support": pl.Int64,
}
SLICES = ("all", "form", "length", "noise")
Tags = Sequence[Sequence[str]]


class Measured(NamedTuple):
    """One figure. `support` counts gold spans for span figures, and words for token accuracy."""

    metric: str
    value: float
    support: int


def tagging_metrics(queries: pl.LazyFrame, *, model_run: str) -> pl.LazyFrame:
    """One row a split, slice, segment and metric. `queries` has split, form, is_noisy, tags and predicted tags.

    Slices: `all`; `type` (Item, Category, Price); `form`; `length` in words; `noise`. A segment without gold spans has
    no span figures. Raises ValueError where a query has not one predicted tag a word.
    """
    rows = queries.select("split", *_slices(), "tags", "predicted").collect()
    _check_lengths(rows)
    found = [
        (model_run, split, slice_name, segment, *measured)
        for slice_name in SLICES
        for (split, segment), part in sorted(rows.partition_by("split", slice_name, as_dict=True).items())
        for measured in _measured(part["tags"].to_list(), part["predicted"].to_list())
    ]
    by_type = [
        (model_run, split, "type", *measured)
        for (split,), part in sorted(rows.partition_by("split", as_dict=True).items())
        for measured in _by_type(part["tags"].to_list(), part["predicted"].to_list())
    ]
    return pl.DataFrame([*found, *by_type], schema=SCHEMA, orient="row").lazy()


def _slices() -> list[pl.Expr]:
    words = pl.col("tags").list.len()
    length = pl.when(words <= 2).then(pl.lit("1-2")).when(words <= 4).then(pl.lit("3-4")).otherwise(pl.lit("5+"))
    noise = pl.when("is_noisy").then(pl.lit("noisy")).otherwise(pl.lit("clean"))
    return [pl.lit("all").alias("all"), pl.col("form"), length.alias("length"), noise.alias("noise")]


def _check_lengths(rows: pl.DataFrame) -> None:
    wrong = rows.filter(pl.col("tags").list.len() != pl.col("predicted").list.len().fill_null(0))
    if wrong.height:
        raise ValueError(f"{wrong.height:,} of {rows.height:,} queries have not one predicted tag a word")


def _measured(gold: Tags, found: Tags) -> Iterator[Measured]:
    yield _token_accuracy(gold, found)
    precision, recall, f1, support = _spans(gold, found, average="micro")
    yield from _figures(precision, recall, f1, support)


def _by_type(gold: Tags, found: Tags) -> Iterator[tuple[str, str, float, int]]:
    kinds = sorted({tag[2:] for rows in (gold, found) for tags in rows for tag in tags if tag.startswith("B-")})
    for kind, *figures in zip(kinds, *_spans(gold, found, average=None), strict=True):
        for measured in _figures(*figures):
            yield kind, *measured


def _figures(precision: float, recall: float, f1: float, support: int) -> Iterator[Measured]:
    if support:
        named = {"span_precision": precision, "span_recall": recall, "span_f1": f1}
        yield from (Measured(metric, float(value), int(support)) for metric, value in named.items())


def _spans(gold: Tags, found: Tags, *, average: str | None) -> tuple:
    lists = [list(row) for row in gold], [list(row) for row in found]
    figures: tuple = precision_recall_fscore_support(*lists, average=average, scheme=IOB2, zero_division=0)
    return figures


def _token_accuracy(gold: Tags, found: Tags) -> Measured:
    pairs = [a == b for row, other in zip(gold, found, strict=True) for a, b in zip(row, other, strict=True)]
    return Measured("token_accuracy", sum(pairs) / len(pairs), len(pairs))
