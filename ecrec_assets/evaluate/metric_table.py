"""The long table of figures: one row a run, split, slice, segment and metric."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import polars as pl

SCHEMA = pl.Schema(
    {
        "model_run": pl.String(),
        "split": pl.String(),
        "slice": pl.String(),
        "segment": pl.String(),
        "metric": pl.String(),
        "value": pl.Float64(),
        "support": pl.Int64(),
    }
)


class Figure(NamedTuple):
    """One value and how many users or pairs it was measured on."""

    slice: str
    segment: str
    metric: str
    value: float
    support: int


def metric_table(figures: Iterable[Figure], *, model_run: str, split: str) -> pl.DataFrame:
    """The figures in the order given."""
    return pl.DataFrame([(model_run, split, *figure) for figure in figures], schema=SCHEMA, orient="row")
