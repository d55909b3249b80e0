"""Logarithmic loss."""

from __future__ import annotations

import numpy as np


def log_loss(bought: np.ndarray, probability: np.ndarray) -> float:
    """Mean of -log(p) where it happened and -log(1 - p) where not, in nats; infinite when a certainty was wrong.

    Good, "Rational decisions", Journal of the Royal Statistical Society B 14(1), 1952.
    """
    happened = bought.astype(bool)
    with np.errstate(divide="ignore"):
        yes = np.log(probability[happened], dtype=np.float64).sum()
        no = np.log1p(-probability[~happened]).sum(dtype=np.float64)
    return float(-(yes + no) / bought.size)
