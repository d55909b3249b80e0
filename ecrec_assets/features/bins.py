"""Columns to a few classes with about equally many rows each."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
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
    """A value that fills a bin alone gets one, such as the many zeros of a count; the others are parted by
    scikit-learn's KBinsDiscretizer into at most `bins` equally full ones.
    """
    values = frame.select(pl.col(columns).cast(pl.Float64)).collect()
    return Bins(columns=tuple(columns), edges=tuple(_edges(values[name].drop_nulls(), bins) for name in columns))


def _edges(values: pl.Series, bins: int) -> tuple[float, ...]:
    distinct = values.unique(maintain_order=False).sort().to_numpy()
    counts = values.value_counts(name="rows")
    heavy = counts.filter(pl.col("rows") > len(values) / bins)[values.name].sort()
    rest = values.filter(~values.is_in(heavy.implode()))
    after = distinct[np.searchsorted(distinct, heavy.to_numpy(), side="right").clip(max=len(distinct) - 1)]
    edges = np.unique(np.concatenate([heavy.to_numpy(), after, _equally_full(rest, bins)]))
    return tuple(edges[edges > distinct[0]].tolist()) if len(distinct) else ()


def _equally_full(values: pl.Series, bins: int) -> np.ndarray:
    """Inner edges; where values tie there are fewer."""
    if values.n_unique() < 2:
        return np.empty(0)
    binner = KBinsDiscretizer(bins, encode="ordinal", strategy="quantile", subsample=None)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Bins whose width are too small", UserWarning)  # ties, as said above
        return binner.fit(values.to_numpy().reshape(-1, 1)).bin_edges_[0][1:-1]


def _bin(name: str, edges: tuple[float, ...]) -> pl.Expr:
    above = pl.sum_horizontal(pl.lit(0, dtype=pl.Int32), *((pl.col(name) >= edge).cast(pl.Int32) for edge in edges))
    return pl.when(pl.col(name).is_null()).then(pl.lit(MISSING, dtype=pl.Int32)).otherwise(above).alias(name)
