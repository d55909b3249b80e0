"""How likely a given label is right: ways to score it from out-of-fold probabilities, all from 0 to 1, low is bad.

Which one ranks planted errors best on real queries is measured in `tests/bench/label_noise.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ecrec_assets.prepare.label_noise.confident import Chances, Classes, thresholds

Scores = NDArray[np.float64]
Scoring = Literal["self_confidence", "normalized_margin", "entropy_weighted", "adjusted_margin", "ratio"]
LEAST = 1e-12


def self_confidence(given: Classes, chances: Chances) -> Scores:
    """The probability of the given class."""
    return np.asarray(chances[np.arange(len(given)), given], dtype=np.float64)


def normalized_margin(given: Classes, chances: Chances) -> Scores:
    """The given class's probability less the best other one's, moved to 0 to 1 (Northcutt et al. 2021, section 3.2)."""
    return (self_confidence(given, chances) - _best_other(given, chances) + 1) / 2


def entropy_weighted(given: Classes, chances: Chances) -> Scores:
    """Self-confidence weighed by how sure the prediction is as a whole: p / (p + H), H the entropy in 0 to 1.

    Of two labels of the same low probability the one that a sure model contradicts keeps the higher score; the
    measurement shows what that costs.
    """
    own = self_confidence(given, chances)
    entropy = -(chances * np.log(np.clip(chances, LEAST, None))).sum(axis=1) / np.log(chances.shape[1])
    return own / np.clip(own + entropy, LEAST, None)


def adjusted_margin(given: Classes, chances: Chances) -> Scores:
    """The margin after each class's mean self-confidence was taken off, so that a rare, hard class is no suspect."""
    means = thresholds(given, chances)
    shifted = chances - np.where(np.isfinite(means), means, 1.0)
    return (self_confidence(given, shifted) - _best_other(given, shifted) + 2) / 4


def ratio(given: Classes, chances: Chances) -> Scores:
    """The given class's share of what it and the best other one have: p / (p + q), blind to the rest."""
    own = self_confidence(given, chances)
    return own / np.clip(own + _best_other(given, chances), LEAST, None)


SCORINGS: dict[Scoring, Callable[[Classes, Chances], Scores]] = {
    "self_confidence": self_confidence,
    "normalized_margin": normalized_margin,
    "entropy_weighted": entropy_weighted,
    "adjusted_margin": adjusted_margin,
    "ratio": ratio,
}


def _best_other(given: Classes, values: Chances) -> Scores:
    others = np.array(values, dtype=np.float64)
    others[np.arange(len(given)), given] = -np.inf
    return np.asarray(others.max(axis=1))
