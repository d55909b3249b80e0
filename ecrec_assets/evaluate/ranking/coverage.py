"""Catalogue coverage."""

from __future__ import annotations

import numpy as np


def coverage(top: np.ndarray, candidates: int) -> float:
    """Share of the `candidates` that stand in at least one list of `top` [n, k], columns, -1 for an empty place.

    Ge, Delgado-Battenfeld, Jannach, "Beyond accuracy", RecSys 2010, section 3.1.
    """
    return len(np.unique(top[top >= 0])) / candidates
