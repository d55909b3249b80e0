"""Brier score."""

from __future__ import annotations

import numpy as np


def brier(bought: np.ndarray, probability: np.ndarray) -> float:
    """Mean of (p - outcome)^2, in [0, 1].

    Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78(1), 1950.
    """
    return float(np.square(probability - bought).mean(dtype=np.float64))
