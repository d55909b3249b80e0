"""The baseline: the majority tag of each word, and what a model makes up of its shortfall."""

from __future__ import annotations

import polars as pl
import pytest

from ecrec_assets.evaluate.majority_tagger import MajorityTagger, against_majority

LISTS = pl.List(pl.String)


def test_a_word_gets_its_most_frequent_tag_and_an_unknown_one_the_most_frequent_of_all() -> None:
    tagger = MajorityTagger([["Red", "shoe"], ["red"], ["red"]], [["B-color", "B-item"], ["O"], ["B-color"]])
    assert tagger.tag_words(["RED", "shoe", "sandal"]) == ["B-color", "B-item", "B-color"]


def test_a_tie_goes_by_the_alphabet_and_the_answer_is_iob2() -> None:
    tagger = MajorityTagger([["a", "b"], ["a", "b"], ["b"]], [["B-x", "I-x"], ["O", "I-x"], ["I-x"]])
    assert tagger.tag_words(["a", "b", "b"]) == ["B-x", "I-x", "I-x"]
    assert tagger.tag_words(["b", "a"]) == ["B-x", "B-x"]


def test_the_gain_is_the_share_of_the_shortfall_that_the_model_makes_up() -> None:
    queries = pl.LazyFrame(
        {
            "split": ["train", "test", "test"],
            "tokens": [["red", "shoe"], ["red"], ["hat"]],
            "tags": [["B-color", "B-item"], ["B-color"], ["B-item"]],
        }
    )
    metrics = pl.LazyFrame(
        {
            "model_run": "r", "split": "test", "slice": ["all", "all"], "segment": "all",
            "metric": ["span_f1", "word_ece"],
            "value": [0.8, 0.1], "support": [2, 2], "low": [0.7, 0.0], "high": [0.9, 0.2],
        }
    )  # fmt: skip
    found = against_majority(metrics, queries).collect()
    assert found.head(2).equals(metrics.collect())
    baseline = found.filter(slice="baseline")
    # of two spans the table of words gives both, one with the right type
    assert dict(baseline.select("metric", "value").iter_rows()) == pytest.approx({"span_f1": 0.5, "gain": 0.6})
    assert baseline["support"].to_list() == [2, 2]
    assert set(baseline["segment"]) == {"majority tag by word"}


def test_a_perfect_baseline_leaves_nothing_to_gain_and_no_training_is_an_error() -> None:
    rows = {"split": ["train", "test"], "tokens": [["red"], ["red"]], "tags": [["B-color"], ["B-color"]]}
    metrics = pl.LazyFrame(
        {"model_run": ["r"], "split": "test", "slice": "all", "segment": "all", "metric": "span_f1", "value": 1.0,
         "support": 1, "low": 1.0, "high": 1.0}
    )  # fmt: skip
    found = against_majority(metrics, pl.LazyFrame(rows)).collect()
    assert found.filter(metric="gain")["value"].to_list() == [0.0]
    with pytest.raises(ValueError, match="no labelled word"):
        against_majority(metrics, pl.LazyFrame(rows).filter(pl.col("split") == "test"))
