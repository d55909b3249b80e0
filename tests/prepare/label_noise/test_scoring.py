"""Scores of labels: what each is, and that all rank planted errors first."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import rankdata
from sklearn.metrics import roc_auc_score

from ecrec_assets.prepare.label_noise.scoring import SCORINGS
from tests.prepare.label_noise.predictions import noisy


@pytest.mark.parametrize("name", list(SCORINGS))
def test_a_score_is_between_0_and_1_and_low_for_a_wrong_label(name: str) -> None:
    given, chances, wrong = noisy(3, 6, 0.1)
    scores = SCORINGS[name](given, chances)
    assert scores.min() >= 0 and scores.max() <= 1
    assert roc_auc_score(wrong, -scores) > 0.97


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("self_confidence", {"method": "self_confidence"}),
        ("normalized_margin", {"method": "normalized_margin"}),
        ("entropy_weighted", {"method": "confidence_weighted_entropy"}),
        ("adjusted_margin", {"method": "normalized_margin", "adjust_pred_probs": True}),
    ],
)
def test_the_order_is_cleanlabs(ours: str, theirs: dict) -> None:
    rank = pytest.importorskip("cleanlab.rank")
    given, chances, _ = noisy(5, 5, 0.2, rows=500)
    expected = rank.get_label_quality_scores(given, chances, **theirs)
    assert rankdata(SCORINGS[ours](given, chances).round(9)).tolist() == rankdata(expected.round(9)).tolist()


def test_scores_of_one_row_by_hand() -> None:
    given, chances = np.array([1]), np.array([[0.6, 0.3, 0.1]])
    assert SCORINGS["self_confidence"](given, chances)[0] == pytest.approx(0.3)
    assert SCORINGS["normalized_margin"](given, chances)[0] == pytest.approx(0.35)
    assert SCORINGS["ratio"](given, chances)[0] == pytest.approx(1 / 3)
