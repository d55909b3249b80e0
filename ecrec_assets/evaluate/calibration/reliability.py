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
    ordered = np.sort(probability, axis=None)  # one sort is faster than finding the bin of every pair
    bins = np.split(ordered, np.searchsorted(ordered, inner, side="left"))
    pairs = np.array([len(part) for part in bins])
    filled = pairs > 0
    sums = np.array([part.sum(dtype=np.float64) for part in bins])[filled]
    happened = np.searchsorted(inner, probability[bought.astype(bool)], side="right")
    return pl.DataFrame(
        {
            "lower": np.asarray(edges[:-1], dtype=float)[filled],
            "upper": np.asarray(edges[1:], dtype=float)[filled],
            "predicted": sums / pairs[filled],
            "observed": np.bincount(happened, minlength=len(pairs))[filled] / pairs[filled],
            "pairs": pairs[filled],
        }
    )
