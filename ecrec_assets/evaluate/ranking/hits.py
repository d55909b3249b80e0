"""Which places of a ranked list are right."""

from __future__ import annotations

import numpy as np


def hits(top: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Bool [n, k] from columns `top` [n, k], best first, -1 where a list ends early, and bool `truth` [n, P]."""
    return np.take_along_axis(truth, np.maximum(top, 0), axis=1) & (top >= 0)


def check(hits: np.ndarray, relevant: np.ndarray) -> None:
    """ValueError where a list has nothing to find, or finds more than there is: no metric is defined there."""
    if hits.shape[:1] != relevant.shape:
        raise ValueError(f"{hits.shape[0]} lists, but {relevant.shape[0]} numbers of relevant items")
    if (relevant < 1).any():
        raise ValueError(f"{(relevant < 1).sum()} lists have no relevant item; leave them out")
    if (hits.sum(axis=1) > relevant).any():
        raise ValueError("a list has more hits than relevant items; does an item stand in it twice?")
