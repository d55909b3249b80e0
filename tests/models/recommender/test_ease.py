from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from ecrec_assets.models.recommender.ease import fit_ease

PENALTY = 3.0


def purchases(seed: int, households: int = 12, products: int = 30) -> np.ndarray:
    draw = np.random.default_rng(seed)
    counts = draw.poisson(0.4, (households, products))
    counts[0] = np.maximum(counts[0], 1)  # every product is bought
    return np.log1p(counts).astype(np.float32)


def direct_weights(x: np.ndarray) -> np.ndarray:
    """Steck's closed form as it stands in the paper, in double precision."""
    p = np.linalg.inv(x.T.astype(float) @ x + PENALTY * np.eye(x.shape[1]))
    weights = -p / np.diag(p)
    np.fill_diagonal(weights, 0)
    return weights


@pytest.mark.parametrize("shape", [(12, 30), (30, 12), (1, 5), (5, 1)])
@pytest.mark.parametrize("seed", range(4))
def test_the_household_side_gives_the_papers_scores(seed: int, shape: tuple[int, int]) -> None:
    x = purchases(seed, *shape)
    ease = fit_ease(csr_matrix(x), penalty=PENALTY, users=1000)
    np.testing.assert_allclose(ease.scores(csr_matrix(x), csr_matrix(x)), x @ direct_weights(x), atol=2e-5)


def test_a_household_it_did_not_learn_from_is_scored_as_the_paper_would() -> None:
    x = purchases(1)
    learned = np.sort(np.argsort(-(x > 0).sum(axis=1), kind="stable")[:8])
    ease = fit_ease(csr_matrix(x), penalty=PENALTY, users=8)
    assert ease.learners.tolist() == learned.tolist()
    scores = ease.scores(csr_matrix(x), csr_matrix(x[learned]))
    np.testing.assert_allclose(scores, x @ direct_weights(x[learned]), atol=2e-5)


def test_contributions_are_the_weights_and_add_up_to_the_score() -> None:
    x = purchases(2)
    matrix = csr_matrix(x)
    ease = fit_ease(matrix, penalty=PENALTY, users=1000)
    new = np.flatnonzero(x[3] == 0)[:4]
    history = np.flatnonzero(x[3])
    columns = matrix.tocsc()
    parts = ease.contributions(columns[:, history], ease.spread(columns[:, new]), ease.diagonal[new])
    np.testing.assert_allclose(parts, direct_weights(x)[np.ix_(history, new)], atol=2e-5)
    np.testing.assert_allclose(x[3, history] @ parts, ease.scores(matrix, matrix)[3, new], atol=2e-5)
