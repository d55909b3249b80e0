"""Normalised discounted cumulative gain."""

from __future__ import annotations

import numpy as np

from ecrec_assets.evaluate.ranking.hits import check


def ndcg(hits: np.ndarray, relevant: np.ndarray) -> np.ndarray:
    """Float64 [n] in [0, 1]: sum of hit_r / log2(r + 1) over ranks r = 1..k, over the same sum of an ideal list, which
    has its min(relevant, k) hits first. `hits` is bool [n, k], `relevant` int [n], at least 1.

    Järvelin, Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20(4), 2002; binary gain.
    """
    check(hits, relevant)
    k = hits.shape[1]
    discount = 1 / np.log2(np.arange(2, k + 2))
    ideal = np.cumsum(discount)[np.minimum(relevant, k) - 1]
    return (hits @ discount) / ideal
