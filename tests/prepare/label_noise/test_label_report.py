"""The table of judged labels, and its pieces for review."""

from __future__ import annotations

import polars as pl
import pytest

from ecrec_assets.prepare.label_noise.report import SCHEMA, label_report
from ecrec_assets.prepare.label_noise.review import at_length, in_short, review_pieces
from tests.prepare.label_noise.judged import BORDER, MISSED, RIGHT, TAGS, TYPES, WRONG_TYPE, judged


def report_of(*queries: tuple[str, str, str, str]) -> pl.DataFrame:
    labelled, predicted = judged(*queries)
    return label_report(labelled, predicted, tags=TAGS).collect()


def test_one_row_a_word_in_the_order_of_the_queries() -> None:
    found = report_of(RIGHT, MISSED, BORDER)
    assert found.schema == SCHEMA
    assert found["word"].to_list() == ["red", "running", "shoes", "a", "lamp", "green", "tea", "pot"]
    assert found["position"].to_list() == [0, 1, 2, 0, 1, 0, 1, 2]
    assert found["type"].to_list() == ["color", "item", "item", "O", "O", "color", "item", "item"]
    spans = list(zip(found["span_start"], found["span_end"], strict=True))
    assert spans == [(0, 1), (1, 3), (1, 3), (0, 1), (1, 2), (0, 1), (1, 3), (1, 3)]


def test_a_wrong_type_has_the_lowest_score_and_a_right_one_a_high_one() -> None:
    found = report_of(RIGHT, WRONG_TYPE, ("q5", "black boots", "B-color B-item", "B-color B-item"))
    worst = found.sort("score").row(0, named=True)
    assert (worst["word"], worst["given"], worst["suggested"]) == ("blue", "B-item", "B-color")
    assert worst["score"] == pytest.approx(0.05 / 0.975)  # item 0.05 (B- and I-), color 0.925
    assert found.filter(word="sofa")["score"].item() == pytest.approx(0.925 / 0.975)


def test_the_words_of_a_span_share_its_score() -> None:
    found = report_of(BORDER).filter(type="item")
    assert found["span_score"].to_list() == pytest.approx([0.5, 0.5])  # item and color have 0.4875 each


def test_a_query_without_words_has_no_rows() -> None:
    found = report_of(RIGHT, ("q9", "", "", ""))
    assert found["query_id"].unique().to_list() == ["q1"]


def test_no_queries_have_an_empty_report() -> None:
    labelled, predicted = judged(RIGHT)
    assert label_report(labelled.head(0), predicted, tags=TAGS).collect().schema == SCHEMA


def test_a_query_without_a_prediction_is_named() -> None:
    labelled, predicted = judged(RIGHT, MISSED)
    with pytest.raises(ValueError, match="1 of 2 queries have no out-of-fold prediction, q4 first"):
        label_report(labelled, predicted.head(1), tags=TAGS)


def test_a_prediction_for_other_words_is_named() -> None:
    labelled, _ = judged(RIGHT)
    _, predicted = judged(("q1", "red shoes", "O O", "O O"))
    with pytest.raises(ValueError, match="1 of 1 queries have not one tag and one prediction a word, q1 first"):
        label_report(labelled, predicted, tags=TAGS)


def test_probabilities_of_another_label_set_are_refused() -> None:
    labelled, predicted = judged(RIGHT)
    with pytest.raises(ValueError, match="3 words have not 3 probabilities, one a tag; the first has 5"):
        label_report(labelled, predicted, tags=TAGS[:3])


def test_a_tag_outside_of_the_label_set_is_named() -> None:
    labelled, predicted = judged(("q1", "red", "B-colour", "B-color"))
    with pytest.raises(ValueError, match="B-colour"):
        label_report(labelled, predicted, tags=TAGS)


def test_a_piece_is_what_one_decision_is_about() -> None:
    found = review_pieces(report_of(RIGHT, WRONG_TYPE, BORDER, MISSED).lazy()).collect()
    by_query = {row["query_id"]: row for row in found.iter_rows(named=True)}
    assert set(by_query) == {"q2", "q3", "q4"}
    assert (by_query["q2"]["start"], by_query["q2"]["end"]) == (0, 1)
    border = by_query["q3"]  # the border between color and item moved: one piece, not two
    assert (border["start"], border["end"], border["tokens"]) == (0, 3, ["green", "tea", "pot"])
    assert (border["given"], border["suggested"]) == (
        ["B-color", "B-item", "I-item"],
        ["B-color", "I-color", "B-item"],
    )
    assert (by_query["q4"]["start"], by_query["q4"]["given"], by_query["q4"]["suggested"]) == (1, ["O"], ["B-item"])
    assert found["score"].is_sorted()


@pytest.mark.parametrize(
    ("tags", "text"),
    [
        (["B-item", "I-item"], "item"),
        (["O", "O"], "O"),
        (["B-item", "B-item"], "B-item B-item"),
        (["O", "B-color"], "O B-color"),
        (["I-item"], "I-item"),
    ],
)
def test_labels_in_short_come_back_at_length(tags: list[str], text: str) -> None:
    assert in_short(tags) == text
    assert at_length(text, len(tags), TYPES) == tuple(tags)


@pytest.mark.parametrize("text", ["brand", "B-item", "B-item I-item O", "", "item item"])
def test_what_is_no_label_says_what_is(text: str) -> None:
    with pytest.raises(ValueError, match=r"give a type \(color, item\), O, or 2 tags such as B-color I-color"):
        at_length(text, 2, TYPES)
