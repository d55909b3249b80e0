"""Labels with planted noise, and what an honest model says of each."""

from __future__ import annotations

import numpy as np

Arrays = tuple[np.ndarray, np.ndarray, np.ndarray]


def noisy(seed: int, classes: int, noise: float, rows: int = 3000, sureness: float = 4.0) -> Arrays:
    """Given labels, the probabilities of each class, and which labels are wrong."""
    chance = np.random.default_rng(seed)
    true = chance.choice(classes, rows, p=chance.dirichlet(np.full(classes, 5.0)))
    logits = chance.normal(size=(rows, classes)) + sureness * np.eye(classes)[true]
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    wrong = chance.random(rows) < noise
    given = np.where(wrong, (true + chance.integers(1, classes, rows)) % classes, true)
    return given, chances, wrong
