from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from ecrec_assets.evaluate.calibration.expected_calibration_error import expected_calibration_error
from ecrec_assets.evaluate.spans.bootstrap import Bootstrap
from ecrec_assets.evaluate.spans.certainty import Certainty, calibration_error, scored_spans, word_certainty


def test_a_span_is_as_certain_as_its_least_certain_word() -> None:
    given = pl.Series([["B-a", "I-a", "O"], ["B-b"]])
    found = pl.Series([["B-a", "I-a", "B-b"], ["B-a"]])
    scores = pl.Series([[0.9, 0.6, 0.3], [0.8]])
    assert scored_spans(given, found, scores).rows() == [
        (0, "a", 0, 2, 0.6, True),
        (0, "b", 2, 3, 0.3, False),
        (1, "a", 0, 1, 0.8, False),
    ]


def test_the_error_is_that_of_the_curve() -> None:
    random = np.random.default_rng(3)
    said = random.random(2_000)
    certainty = Certainty(random.integers(0, 400, 2_000), said, random.random(2_000) < said**2)
    found = calibration_error("span_ece", certainty, 400, Bootstrap())
    assert found is not None
    curve = certainty.curve.rename({"answers": "pairs"})
    assert found.interval.value == pytest.approx(expected_calibration_error(curve))
    assert found.interval.value == pytest.approx(1 / 6, abs=0.03)  # the mean of p - p²
    assert found.interval.low < found.interval.value < found.interval.high


def test_who_says_what_happens_has_no_error() -> None:
    said = np.repeat([0.2, 0.7], 1_000)
    right = np.concatenate([np.arange(1_000) < 200, np.arange(1_000) < 700])
    found = calibration_error("word_ece", Certainty(np.arange(2_000), said, right), 2_000, Bootstrap())
    assert found is not None
    assert found.interval.value == pytest.approx(0, abs=1e-12)
    assert found.support == 2_000


def test_no_answers_have_no_error() -> None:
    nothing = pl.Series([[]], dtype=pl.List(pl.String))
    certainty = word_certainty(nothing, nothing, pl.Series([[]], dtype=pl.List(pl.Float64)))
    assert calibration_error("word_ece", certainty, 1, Bootstrap()) is None
