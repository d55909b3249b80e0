"""Calls at a threshold against what happened: accuracy, precision, recall, F1."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Confusion(NamedTuple):
    """Counts of pairs. Manning, Raghavan, Schütze, "Introduction to Information Retrieval", 2008, section 8.3."""

    true_positives: int
    false_positives: int
    false_negatives: int
    true_negatives: int

    @property
    def accuracy(self) -> float:
        """(TP + TN) / all. Near 1 for whoever always says no: read it beside F1."""
        return (self.true_positives + self.true_negatives) / sum(self)

    @property
    def precision(self) -> float:
        """TP / (TP + FP): how often a call comes true; 0 where nothing is called."""
        return _share(self.true_positives, self.true_positives + self.false_positives)

    @property
    def recall(self) -> float:
        """TP / (TP + FN): how much of what happened was called; 0 where nothing happened."""
        return _share(self.true_positives, self.true_positives + self.false_negatives)

    @property
    def f1(self) -> float:
        """2 TP / (2 TP + FP + FN), the harmonic mean of precision and recall; 0 where both are."""
        return _share(2 * self.true_positives, 2 * self.true_positives + self.false_positives + self.false_negatives)


def confusion(bought: np.ndarray, probability: np.ndarray, threshold: float) -> Confusion:
    """A pair is called bought from `threshold` on."""
    called, happened = probability >= probability.dtype.type(threshold), bought.astype(bool)
    hit, said, were = (int(mask.sum()) for mask in (called & happened, called, happened))
    return Confusion(hit, said - hit, were - hit, bought.size - said - were + hit)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
