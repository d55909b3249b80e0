"""Recall at k."""

from __future__ import annotations

import numpy as np

from ecrec_assets.evaluate.ranking.hits import check


def recall(hits: np.ndarray, relevant: np.ndarray) -> np.ndarray:
    """Float64 [n] in [0, 1]: hits among the first k, over all relevant items. Below 1 by nature where relevant > k.

    Manning, Raghavan, Schütze, "Introduction to Information Retrieval", 2008, section 8.4.
    """
    check(hits, relevant)
    return hits.sum(axis=1) / relevant
