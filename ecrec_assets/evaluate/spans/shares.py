"""Whether types are as frequent where the model is measured, and in its answers, as where it learnt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ecrec_assets.evaluate.spans.table import span_table

Shares = NDArray[np.float64]


def spans_by_type(tags: pl.Series, types: Sequence[str]) -> NDArray[np.int64]:
    """How many spans of each of `types` there are."""
    found = dict(span_table(tags)["type"].value_counts().iter_rows())
    return np.array([found.get(kind, 0) for kind in types], dtype=np.int64)


def shares(counts: NDArray[np.int64]) -> Shares:
    """Of all spans; zeros where there is none."""
    return counts / max(1, counts.sum())


def agreement(one: Shares, other: Shares) -> float:
    """1 - total variation distance: 1 for the same shares, 0 for no type in common."""
    return float(1 - np.abs(one - other).sum() / 2)
