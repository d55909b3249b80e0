"""AUC and calls at a threshold against hand-worked values, scikit-learn and plain loops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as oracle

from ecrec_assets.evaluate.classification.auc import auc
from ecrec_assets.evaluate.classification.confusion import Confusion, confusion


def test_auc_worked_by_hand() -> None:
    # three pairs of (bought, not): 0.8 > 0.5, 0.8 > 0.3, 0.3 < 0.5, 0.3 = 0.3
    assert auc(np.array([1, 0, 1, 0]), np.array([0.8, 0.5, 0.3, 0.3])) == pytest.approx((1 + 1 + 0 + 0.5) / 4)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 8)), min_size=2, max_size=60))
def test_auc_is_the_share_of_pairs_in_order(rows: list[tuple[bool, int]]) -> None:
    bought, score = np.array([b for b, _ in rows]), np.array([s for _, s in rows], np.float32)
    if bought.all() or not bought.any():
        return
    wins = [(p > n) + (p == n) / 2 for p in score[bought] for n in score[~bought]]
    assert auc(bought, score) == pytest.approx(np.mean(wins))
    assert auc(bought, score) == pytest.approx(oracle.roc_auc_score(bought, score))
    assert auc(bought, np.exp(score)) == pytest.approx(auc(bought, score))
    assert auc(bought, -score) == pytest.approx(1 - auc(bought, score))


def test_auc_of_blocks_is_that_of_all_their_pairs() -> None:
    draw = np.random.default_rng(0)
    score, bought = draw.random((30, 40)).astype(np.float32), draw.random((30, 40)) < 0.1
    assert auc(bought, score) == pytest.approx(oracle.roc_auc_score(bought.ravel(), score.ravel()))


def test_auc_needs_both_kinds() -> None:
    with pytest.raises(ValueError, match="one of the two is missing"):
        auc(np.array([1, 1]), np.array([0.1, 0.2]))


def test_calls_worked_by_hand() -> None:
    found = confusion(np.array([1, 1, 1, 0, 0, 0, 0]), np.array([0.9, 0.5, 0.2, 0.5, 0.1, 0.1, 0.4]), 0.5)
    assert found == Confusion(true_positives=2, false_positives=1, false_negatives=1, true_negatives=3)
    assert found.accuracy == pytest.approx(5 / 7)
    assert found.precision == found.recall == found.f1 == pytest.approx(2 / 3)


@pytest.mark.parametrize("seed", range(8))
def test_scikit_learn_gives_the_same_at_any_threshold(seed: int) -> None:
    draw = np.random.default_rng(seed)
    bought, z, threshold = draw.random(200) < 0.3, draw.random(200).astype(np.float32), draw.random()
    found, called = confusion(bought, z, threshold), z >= np.float32(threshold)
    assert found.accuracy == pytest.approx(oracle.accuracy_score(bought, called))
    assert found.precision == pytest.approx(oracle.precision_score(bought, called, zero_division=0))
    assert found.recall == pytest.approx(oracle.recall_score(bought, called))
    assert found.f1 == pytest.approx(oracle.f1_score(bought, called))


def test_who_never_calls_is_accurate_and_useless() -> None:
    found = confusion(np.arange(1000) < 2, np.zeros(1000), 0.5)
    assert found.accuracy == 0.998
    assert found.precision == found.recall == found.f1 == 0
