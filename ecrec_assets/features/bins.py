"""Columns to a few classes with about equally many rows each."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from pydantic import BaseModel, ConfigDict
from sklearn.preprocessing import KBinsDiscretizer

MISSING = -1


class Bins(BaseModel):
    """The inner edges of each column's bins, rising; stored with `model_dump_json`."""

    model_config = ConfigDict(frozen=True)

    columns: tuple[str, ...]
    edges: tuple[tuple[float, ...], ...]

    def transform(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """The frame with its columns replaced by Int32 bins from 0; a missing value is a class of its own, -1."""
        return frame.with_columns(_bin(name, edges) for name, edges in zip(self.columns, self.edges, strict=True))


def fit_bins(frame: pl.LazyFrame, columns: Sequence[str], *, bins: int = 10) -> Bins:
    """Learned with scikit-learn's KBinsDiscretizer on the values present; a column without two values has one bin.

    A value that many rows share gives one bin of them, so there may be fewer than `bins`.
    """
    values = frame.select(pl.col(columns).cast(pl.Float64)).collect()
    return Bins(columns=tuple(columns), edges=tuple(_edges(values[name].drop_nulls(), bins) for name in columns))


def _edges(values: pl.Series, bins: int) -> tuple[float, ...]:
    if values.n_unique() < 2:
        return ()
    binner = KBinsDiscretizer(bins, encode="ordinal", strategy="quantile", subsample=None)
    fitted = binner.fit(values.to_numpy().reshape(-1, 1))
    return tuple(fitted.bin_edges_[0][1:-1].tolist())


def _bin(name: str, edges: tuple[float, ...]) -> pl.Expr:
    above = pl.sum_horizontal(pl.lit(0, dtype=pl.Int32), *((pl.col(name) >= edge).cast(pl.Int32) for edge in edges))
    return pl.when(pl.col(name).is_null()).then(pl.lit(MISSING, dtype=pl.Int32)).otherwise(above).alias(name)
