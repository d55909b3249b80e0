from __future__ import annotations

import math

import polars as pl
import pytest

from ecrec_assets.evaluate.spans.worst import worst_answers

ANSWERS = pl.DataFrame(
    {
        "tokens": [["a", "b"], ["c"], ["d", "e"], ["f"]],
        "tags": [["B-x", "O"], ["B-x"], ["O", "O"], ["B-y"]],
        "predicted": [["B-x", "O"], ["B-y"], ["O", "B-y"], ["O"]],
        "scores": [[0.9, 0.9], [0.7], [0.6, 0.95], [0.99]],
        "given_scores": [[0.9, 0.9], [0.2], [0.6, 0.05], [0.0]],
    }
)


def test_the_surest_wrong_spans_come_first_and_right_answers_not_at_all() -> None:
    found = worst_answers(ANSWERS).filter(reason="certain")
    assert found["tokens"].to_list() == [["d", "e"], ["c"]]
    assert found["certain"].to_list() == [0.95, 0.7]
    assert found["types"].to_list() == [["y"], ["x", "y"]]


def test_the_least_expected_labels_come_first_and_a_probability_of_zero_is_finite() -> None:
    found = worst_answers(ANSWERS).filter(reason="loss")
    assert found["tokens"].to_list() == [["f"], ["d", "e"], ["c"]]
    assert found["loss"].to_list() == [pytest.approx(-math.log(p)) for p in (1e-9, 0.6 * 0.05, 0.2)]
    assert found["certain"].to_list() == [None, 0.95, 0.7]


def test_no_more_are_shown_than_asked() -> None:
    assert worst_answers(ANSWERS, shown=1)["tokens"].to_list() == [["d", "e"], ["f"]]
