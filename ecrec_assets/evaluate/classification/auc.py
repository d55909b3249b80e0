"""Area under the ROC curve."""

from __future__ import annotations

import numpy as np


def auc(bought: np.ndarray, score: np.ndarray) -> float:
    """Probability that a bought pair scores above one that was not, ties counting half; ValueError without both kinds.

    Hanley, McNeil, "The meaning and use of the area under a ROC curve", Radiology 143(1), 1982. Exact: the pairs that
    were not bought are sorted once, and each bought pair finds its place among them.
    """
    happened = bought.astype(bool)
    positive, negative = score[happened], np.sort(score[~happened])
    if not len(positive) or not len(negative):
        raise ValueError("AUC compares bought pairs with others; one of the two is missing")
    below = np.searchsorted(negative, positive, side="left").astype(np.float64)
    not_above = np.searchsorted(negative, positive, side="right")
    return float(((below + not_above) / 2).mean() / len(negative))
