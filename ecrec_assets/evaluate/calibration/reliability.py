"""Reliability curve: what was said against what happened, bin by bin."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

# Of ten thousand pairs twenty are bought: equal bins would put nearly all pairs into the first.
EDGES = (0, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1)


def reliability_curve(bought: np.ndarray, probability: np.ndarray, edges: Sequence[float] = EDGES) -> pl.DataFrame:
    """One row a filled bin: `lower` <= p < `upper` (the last bin holds its upper edge too), mean `predicted`, share
    `observed`, `pairs`.

    DeGroot, Fienberg, "The comparison and evaluation of forecasters", The Statistician 32, 1983.
    """
    inner = np.asarray(edges[1:-1], dtype=probability.dtype)
    cell = np.searchsorted(inner, probability.ravel(), side="right")
    bins = len(edges) - 1
    pairs = np.bincount(cell, minlength=bins)
    frame = pl.DataFrame(
        {
            "lower": np.asarray(edges[:-1], dtype=float),
            "upper": np.asarray(edges[1:], dtype=float),
            "predicted": np.bincount(cell, probability.ravel(), minlength=bins) / np.maximum(pairs, 1),
            "observed": np.bincount(cell, bought.ravel(), minlength=bins) / np.maximum(pairs, 1),
            "pairs": pairs.astype(np.int64),
        }
    )
    return frame.filter(pl.col("pairs") > 0)
