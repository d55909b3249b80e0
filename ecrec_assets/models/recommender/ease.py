"""EASE, the linear item-item model with a closed form, solved over users instead of items.

H. Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019: with P = (X'X + penalty I)^-1 the weights
are B_ij = -P_ij / P_jj, B_jj = 0. A shop has more items than users, and by the Woodbury identity
P = (I - X' K X) / penalty with K = (X X' + penalty I)^-1, which is of the size of the users: exact, and for
2,457 users and 24,000 items a hundred times smaller than P.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve

STRIDE = 2048  # items whose diagonal is computed at once


@dataclass(frozen=True, slots=True)
class Ease:
    """`kernel` K [L, L] over the L learning users, `learners` their rows, `diagonal` P_jj [P]; all float32."""

    kernel: np.ndarray
    learners: np.ndarray
    diagonal: np.ndarray
    penalty: float

    def scores(self, baskets: Any, learned: Any) -> np.ndarray:
        """Float32 [b, P] of x B for the sparse rows x of `baskets` [b, P]; `learned` [L, P] is X of the learners."""
        projected = (baskets @ learned.T).toarray() @ self.kernel
        explained = (learned.T @ projected.T).T
        dense = baskets.toarray()
        return dense - (dense - explained) / (self.penalty * self.diagonal)

    def spread(self, items: Any) -> np.ndarray:
        """K X_j, float32 [L, j], of some columns of X: what `contributions` needs of the items explained."""
        return self.kernel @ items

    def contributions(self, sources: Any, spread: np.ndarray, diagonal: np.ndarray) -> np.ndarray:
        """B_ij [i, j] of the columns `sources` [L, i] of X on other items, given their `spread` and P_jj [j]."""
        return (sources.T @ spread) / (self.penalty * diagonal)


def fit_ease(matrix: Any, *, penalty: float, users: int) -> Ease:
    """Learns from the `users` rows of the sparse [H, P] `matrix` with most items; the others are folded in."""
    items_bought = np.diff(matrix.indptr)
    learners = np.sort(np.argsort(-items_bought, kind="stable")[:users])
    learned = matrix[learners]
    gram = (learned @ learned.T).toarray().astype(np.float32)
    gram[np.diag_indices_from(gram)] += penalty
    factor = cho_factor(gram, lower=True, overwrite_a=True, check_finite=False)
    kernel = cho_solve(factor, np.eye(len(learners), dtype=np.float32), overwrite_b=True, check_finite=False)
    return Ease(kernel, learners.astype(np.int32), _diagonal(learned, kernel, penalty), penalty)


def _diagonal(learned: Any, kernel: np.ndarray, penalty: float) -> np.ndarray:
    columns = learned.tocsc()
    pieces = []
    for begin in range(0, columns.shape[1], STRIDE):
        piece = columns[:, begin : begin + STRIDE]
        pieces.append(np.asarray(piece.multiply(kernel @ piece).sum(axis=0)).ravel())
    return ((1 - np.concatenate(pieces)) / penalty).astype(np.float32)
