"""Log-odds to probabilities: isotonic regression on counts of all pairs (Zadrozny, Elkan 2002)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from sklearn.isotonic import IsotonicRegression

LOWEST, HIGHEST, WIDTH = -20.0, 10.0, 0.05  # the grid of log-odds on which pairs are counted
EDGES = np.arange(LOWEST, HIGHEST + WIDTH / 2, WIDTH)


class Calibration(NamedTuple):
    """Points of a rising line from log-odds to probability, and the probability from which to say 'will buy'."""

    log_odds: np.ndarray
    probability: np.ndarray
    threshold: float

    def apply(self, log_odds: np.ndarray) -> np.ndarray:
        """Float32 in (0, 1), never falling in the log-odds."""
        return np.interp(log_odds, self.log_odds, self.probability).astype(np.float32)


class Counts(NamedTuple):
    """Pairs and purchases by cell of the grid, float64."""

    pairs: np.ndarray
    purchases: np.ndarray


def count(scored: Iterable[tuple[np.ndarray, np.ndarray]]) -> Counts:
    """Adds up blocks of (log-odds, bought), so that every pair is counted and none is kept."""
    pairs, purchases = np.zeros(len(EDGES) - 1), np.zeros(len(EDGES) - 1)
    for log_odds, bought in scored:
        cell = np.clip(((log_odds - LOWEST) / WIDTH).astype(np.int64), 0, len(pairs) - 1)
        pairs += np.bincount(cell.ravel(), minlength=len(pairs))
        purchases += np.bincount(cell[bought], minlength=len(pairs))
    return Counts(pairs, purchases)


def fit_calibration(counts: Counts) -> Calibration:
    """Each filled cell starts with one more pair that buys at the base rate, so that no probability is 0 or 1."""
    filled = counts.pairs > 0
    pairs, purchases = counts.pairs[filled], counts.purchases[filled]
    centre = (EDGES[:-1] + WIDTH / 2)[filled]
    base = (purchases.sum() + 0.5) / (pairs.sum() + 1)
    rate = (purchases + base) / (pairs + 1)
    smooth = IsotonicRegression().fit(centre, rate, sample_weight=pairs + 1)
    probability = smooth.predict(centre)
    return Calibration(centre, probability, _best_threshold(pairs, purchases, probability))


def _best_threshold(pairs: np.ndarray, purchases: np.ndarray, probability: np.ndarray) -> float:
    """The probability from which F1 is highest: 2 hits / (said + bought)."""
    said, hits = np.cumsum(pairs[::-1])[::-1], np.cumsum(purchases[::-1])[::-1]
    f1 = 2 * hits / (said + purchases.sum())
    return float(probability[int(np.argmax(f1))])
