"""Precision at k."""

from __future__ import annotations

import numpy as np

from ecrec_assets.evaluate.ranking.hits import check


def precision(hits: np.ndarray, relevant: np.ndarray) -> np.ndarray:
    """Float64 [n] in [0, 1]: hits among the first k, over k; an empty place counts as a miss.

    Manning, Raghavan, Schütze, "Introduction to Information Retrieval", 2008, section 8.4.
    """
    check(hits, relevant)
    return hits.sum(axis=1) / hits.shape[1]
