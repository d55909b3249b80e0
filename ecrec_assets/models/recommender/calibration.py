"""Log-odds set right: isotonic regression on counts of all pairs (Zadrozny, Elkan, KDD 2002), one curve a head."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from sklearn.isotonic import IsotonicRegression

LOWEST, HIGHEST, WIDTH = -20.0, 10.0, 0.05  # the grid of log-odds on which pairs are counted
CELLS = round((HIGHEST - LOWEST) / WIDTH)
CENTRES = LOWEST + WIDTH * (np.arange(CELLS) + 0.5)
SUREST = 15.0
ENOUGH = 50  # purchases that a point of the curve rests on; its rate is then known to about a seventh


class Calibration(NamedTuple):
    """Points of a rising line from raw to calibrated log-odds, float64; beyond its ends it goes on at slope one."""

    raw: np.ndarray
    calibrated: np.ndarray

    def apply(self, log_odds: np.ndarray) -> np.ndarray:
        """Calibrated log-odds, float32. Strictly rising, so no order is lost."""
        inside = np.interp(log_odds, self.raw, self.calibrated)
        beyond = log_odds - np.clip(log_odds, self.raw[0], self.raw[-1])
        return (inside + beyond).astype(np.float32)


class Calibrations(NamedTuple):
    """A curve for pairs bought before, one for the others, and the probability from which to say 'will buy'."""

    rhythm: Calibration
    discovery: Calibration
    threshold: float


class Counts(NamedTuple):
    """Pairs and purchases by cell of the grid, float64."""

    pairs: np.ndarray
    purchases: np.ndarray

    def __add__(self, other: Counts) -> Counts:  # type: ignore[override]
        return Counts(self.pairs + other.pairs, self.purchases + other.purchases)


NOTHING = Counts(np.zeros(CELLS), np.zeros(CELLS))


def count(log_odds: np.ndarray, bought: np.ndarray) -> Counts:
    """Counts of one block, so that every pair is counted and none is kept."""
    cell = np.clip(((log_odds - LOWEST) / WIDTH).astype(np.int64), 0, CELLS - 1)
    return Counts(
        np.bincount(cell.ravel(), minlength=CELLS).astype(float),
        np.bincount(cell[bought], minlength=CELLS).astype(float),
    )


def fit_calibration(counts: Counts) -> Calibration:
    """One point a run of equal rates; half a purchase in one more pair keeps each rate above 0 and below 1."""
    centre, pairs, purchases = _pooled(counts)
    rate = IsotonicRegression().fit_transform(centre, (purchases + 0.5) / (pairs + 1), sample_weight=pairs)
    run = np.cumsum(np.diff(rate, prepend=rate[0]) > 0)
    weight = np.bincount(run, pairs)
    level = np.bincount(run, rate * pairs) / weight
    return Calibration(np.bincount(run, centre * pairs) / weight, np.log(level / (1 - level)))


def fit_calibrations(rhythm: Counts, discovery: Counts) -> Calibrations:
    """Both curves, and the threshold with the highest F1 over the pairs of both."""
    curves = (fit_calibration(rhythm), fit_calibration(discovery))
    return Calibrations(
        *curves, _best_threshold(np.stack([curve.apply(CENTRES) for curve in curves]), rhythm, discovery)
    )


def probability(log_odds: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-log-odds)), of the same type; never nearer to 0 or 1 than 3e-7, since nothing is certain."""
    return 1 / (1 + np.exp(-np.clip(log_odds, -SUREST, SUREST)))


def _best_threshold(log_odds: np.ndarray, rhythm: Counts, discovery: Counts) -> float:
    """`log_odds` [2, CELLS] of the cells. F1 is 2 hits / (said + bought)."""
    order = np.argsort(-log_odds, axis=None, kind="stable")
    said = np.cumsum(np.stack([rhythm.pairs, discovery.pairs]).ravel()[order])
    hits = np.cumsum(np.stack([rhythm.purchases, discovery.purchases]).ravel()[order])
    return float(probability(log_odds.ravel()[order[np.argmax(2 * hits / np.maximum(said + hits[-1], 1))]]))


def _pooled(counts: Counts) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean log-odds, pairs and purchases of neighbouring cells, rising. Cells are joined from the highest down until
    each group rests on `ENOUGH` purchases; what is left at the bottom joins the last. No pair at all is one point.
    """
    group, resting = np.zeros(CELLS, int), 0.0
    for cell in range(CELLS - 2, -1, -1):
        resting += counts.purchases[cell + 1]
        group[cell] = group[cell + 1] + (resting >= ENOUGH)
        resting = 0.0 if resting >= ENOUGH else resting
    resting += counts.purchases[0]
    last = int(group.max()) - (resting < ENOUGH and group.max() > 0)
    group = last - np.minimum(group, last)
    pairs, purchases = np.bincount(group, counts.pairs), np.bincount(group, counts.purchases)
    if not pairs.any():
        return np.zeros(1), np.ones(1), np.array([0.5])
    filled = pairs > 0
    centre = np.bincount(group, counts.pairs * CENTRES)[filled] / pairs[filled]
    return centre, pairs[filled], purchases[filled]
