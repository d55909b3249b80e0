"""Confident learning against cleanlab, against the rule of contracts, and against planted noise."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from ecrec_assets.prepare.label_noise.confident import NONE, confident_class, estimated_noise, suspects, thresholds
from tests.contracts.rules.on_both import on_polars
from tests.prepare.label_noise.predictions import noisy

CASES = [(0, 2, 0.1), (1, 3, 0.2), (2, 5, 0.05), (3, 4, 0.0), (4, 8, 0.3), (5, 18, 0.2)]


@pytest.mark.parametrize(("seed", "classes", "noise"), CASES)
def test_the_joint_is_cleanlabs(seed: int, classes: int, noise: float) -> None:
    count = pytest.importorskip("cleanlab.count")
    given, chances, _ = noisy(seed, classes, noise)
    found = estimated_noise(given, chances)
    assert found.joint.sum() == pytest.approx(1)
    assert np.abs(found.joint - count.estimate_joint(given, chances)).max() < 1e-3  # cleanlab rounds to whole rows


@pytest.mark.parametrize(("seed", "classes", "noise"), CASES)
def test_the_suspects_are_cleanlabs(seed: int, classes: int, noise: float) -> None:
    cleanlab = pytest.importorskip("cleanlab.filter")
    given, chances, _ = noisy(seed, classes, noise)
    theirs = cleanlab.find_label_issues(given, chances, filter_by="confident_learning", n_jobs=1)
    assert (suspects(given, chances) == theirs).mean() > 0.999  # cleanlab keeps one label of each class in any case


@pytest.mark.parametrize(("seed", "classes", "noise"), CASES)
def test_the_rule_of_contracts_finds_the_same_share(seed: int, classes: int, noise: float) -> None:
    given, chances, _ = noisy(seed, classes, noise)
    frame = pl.DataFrame({"label": [f"c{g}" for g in given], "all": chances.tolist()})
    names = [f"c{i}" for i in range(classes)]
    rule = "expect_label_noise_to_be_at_most"
    found = on_polars(rule, frame, column="label", classes=names, probabilities="all", max_share=1.0)
    assert found.observed["share"] == pytest.approx(estimated_noise(given, chances).share, abs=1e-6)


@pytest.mark.parametrize("noise", [0.0, 0.1, 0.3])
def test_planted_noise_is_found_in_all_and_by_class(noise: float) -> None:
    given, chances, wrong = noisy(7, 4, noise, rows=6000)
    found = estimated_noise(given, chances)
    assert found.share == pytest.approx(noise, abs=0.03)
    for label in range(4):
        assert found.by_class[label] == pytest.approx(wrong[given == label].mean(), abs=0.06)


def test_a_confident_class_reaches_its_own_threshold() -> None:
    given = np.array([0, 0, 1, 1, 1])
    chances = np.array([[0.9, 0.1], [0.7, 0.3], [0.2, 0.8], [0.6, 0.4], [0.85, 0.15]])
    assert thresholds(given, chances) == pytest.approx([0.8, 0.45])
    assert confident_class(given, chances).tolist() == [0, NONE, 1, NONE, 0]
    assert suspects(given, chances).tolist() == [False, False, False, False, True]


def test_a_class_nobody_gave_takes_no_row() -> None:
    given = np.array([0, 0, 1])
    chances = np.array([[0.1, 0.1, 0.8], [0.8, 0.1, 0.1], [0.1, 0.8, 0.1]])
    found = estimated_noise(given, chances)
    assert found.joint[:, 2].tolist() == [0, 0, 0]
    assert np.isnan(found.by_class[2])
    assert found.by_class[1] == 0


def test_a_sum_of_single_precision_chances_may_be_a_little_above_one() -> None:
    found = estimated_noise(np.array([0, 1]), np.array([[1.0000000255642427, 1e-9], [0.2, 0.8]]))
    assert found.share == 0


def test_no_rows_have_no_noise() -> None:
    assert estimated_noise(np.array([], dtype=np.int64), np.zeros((0, 3))).share == 0


@pytest.mark.parametrize(
    ("given", "chances", "said"),
    [
        ([0], [[0.5, 0.6]], "no probabilities"),
        ([0], [[float("nan"), 1.0]], "no probabilities"),
        ([0], [[-0.5, 1.5]], "no probabilities"),
        ([2], [[0.5, 0.5]], "for 2 classes"),
        ([0, 1], [[0.5, 0.5]], "2 labels"),
    ],
)
def test_what_is_no_label_or_no_probability_is_refused(given: list, chances: list, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        estimated_noise(np.array(given), np.array(chances))
