"""How many labels are wrong, and which given for which true one: confident learning.

Northcutt, Jiang, Chuang 2021, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 70, section 3.
`given` holds one class number a row, `chances` the out-of-fold probabilities, rows × classes. The rule
`expect_label_noise_to_be_at_most` computes the same on a table; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Classes = NDArray[np.integer]
Chances = NDArray[np.floating]

NONE = -1
TIE = 1e-6  # a probability this close below its threshold still reaches it, against rounding
SUM_TOLERANCE = 0.01
ROUNDING = 1e-6  # of sums of single-precision probabilities


@dataclass(frozen=True, slots=True)
class Noise:
    """`joint[i, j]`: estimated share of the rows that were given class i and are truly j. `rows` by given class."""

    joint: NDArray[np.float64]
    rows: NDArray[np.int64]

    @property
    def share(self) -> float:
        """Estimated share of all labels that are wrong, 0 to 1."""
        return float(1 - np.trace(self.joint)) if self.rows.any() else 0.0

    @property
    def by_class(self) -> NDArray[np.float64]:
        """Estimated share of each given class that is truly another; nan for a class nobody gave."""
        given = self.joint.sum(axis=1)
        with np.errstate(invalid="ignore"):
            return np.where(given > 0, 1 - np.diag(self.joint) / given, np.nan)


def thresholds(given: Classes, chances: Chances) -> NDArray[np.float64]:
    """Mean probability of each class over the rows that were given it (eq. 2); infinite for a class nobody gave."""
    _check(given, chances)
    rows = np.bincount(given, minlength=chances.shape[1])
    own = np.bincount(given, weights=chances[np.arange(len(given)), given], minlength=chances.shape[1])
    return np.divide(own, rows, out=np.full(chances.shape[1], np.inf), where=rows > 0)


def confident_class(given: Classes, chances: Chances) -> NDArray[np.int64]:
    """The class each row confidently belongs to (eq. 1): the likeliest of those whose threshold it reaches, or NONE."""
    reached = np.where(chances >= thresholds(given, chances) - TIE, chances, NONE)
    best = reached.argmax(axis=1)
    return np.where(reached[np.arange(len(given)), best] >= 0, best, NONE)


def estimated_noise(given: Classes, chances: Chances) -> Noise:
    """The calibrated joint (eq. 3): confident counts, each row scaled to the number of its labels.

    A given class without any confident row of its own counts one, so that no class is called wholly wrong.
    """
    classes = chances.shape[1]
    confident = confident_class(given, chances)
    counts = np.zeros((classes, classes))
    sure = confident != NONE
    np.add.at(counts, (given[sure], confident[sure]), 1)
    counts[np.diag_indices(classes)] = counts.diagonal().clip(min=1)
    rows = np.bincount(given, minlength=classes)
    joint = counts / counts.sum(axis=1, keepdims=True) * rows[:, None] / max(1, len(given))
    return Noise(joint, rows)


def suspects(given: Classes, chances: Chances) -> NDArray[np.bool_]:
    """The rows that confidently belong to another class than they were given (the off-diagonal of eq. 1)."""
    confident = confident_class(given, chances)
    return (confident != NONE) & (confident != given)


def _check(given: Classes, chances: Chances) -> None:
    """ValueError for what are no labels or no probabilities."""
    if chances.ndim != 2 or len(given) != len(chances):
        raise ValueError(f"{len(given)} labels need as many rows of probabilities, not {chances.shape}")
    if len(given) and (given.min() < 0 or given.max() >= chances.shape[1]):
        raise ValueError(f"labels {given.min()} to {given.max()} for {chances.shape[1]} classes")
    wrong = ~(np.isfinite(chances).all(axis=1) & (abs(chances.sum(axis=1) - 1) <= SUM_TOLERANCE))
    wrong |= (chances < -ROUNDING).any(axis=1) | (chances > 1 + ROUNDING).any(axis=1)
    if wrong.any():
        first = int(wrong.argmax())
        raise ValueError(
            f"{int(wrong.sum()):,} rows are no probabilities, row {first} first: {chances[first].tolist()}"
        )
