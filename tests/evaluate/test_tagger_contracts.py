from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.contracts.gate import audit
from ecrec_assets.contracts.odcs import load_contract
from ecrec_assets.evaluate.tagging import SCHEMA
from ecrec_assets.prepare.query_forms import FORMS as FORMS_OF_QUERIES
from ecrec_assets.verdict import Verdict

CONTRACTS = Path(__file__).parents[2] / "expectations"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SEGMENTS = {
    "all": ["all"],
    "type": ["Item", "Category", "Price"],
    "form": [*FORMS_OF_QUERIES],
    "length": ["1-2", "3-4", "5+"],
    "noise": ["clean", "noisy"],
    "unknown_words": ["none", "some", "all"],
    "perturbation": ["typo", "order", "case"],
}
FLOORS = {
    "spans_are_found": ("all", "all", "span_f1"),
    "spans_are_precise": ("all", "all", "span_precision"),
    "words_are_labelled": ("all", "all", "token_accuracy"),
    "items_are_found": ("type", "Item", "span_f1"),
    "categories_are_found": ("type", "Category", "span_f1"),
    "prices_are_found": ("type", "Price", "span_f1"),
    "no_form_is_left_behind": ("form", "brand_item", "span_f1"),
    "short_and_long_queries_are_read": ("length", "1-2", "span_f1"),
    "misspelt_queries_are_read": ("noise", "noisy", "span_f1"),
    "unknown_words_are_read": ("unknown_words", "some", "span_f1"),
    "worse_writing_is_read": ("perturbation", "typo", "span_f1"),
}


@pytest.fixture(scope="module")
def good() -> pl.DataFrame:
    """Figures of a good model in every segment that `tagging_metrics` gives."""
    rows = [
        ("run-1", split, slice_name, segment, metric, 0.97, 50, 0.9, 0.99)
        for split in ("validation", "test")
        for slice_name, segments in SEGMENTS.items()
        for segment in segments
        for metric in ("token_accuracy", "span_precision", "span_recall", "span_f1")
        if not (slice_name == "type" and metric == "token_accuracy") and not (segment == "service" and "span" in metric)
    ]
    errors = [
        ("run-1", split, "all", "all", metric, 0.01, 50, 0.0, 0.02)
        for split in ("validation", "test")
        for metric in ("word_ece", "span_ece")
    ]
    return pl.DataFrame([*rows, *errors], schema=SCHEMA, orient="row")


def verdict(metrics: pl.DataFrame, key: str) -> Verdict:
    return audit(metrics.lazy(), load_contract(CONTRACTS / f"{key}.yaml", CONTRACTS), now=NOW).verdict


def at(split: str, slice_name: str, segment: str, metric: str) -> pl.Expr:
    return (pl.col("split") == split) & (pl.col("slice") == slice_name) & (pl.col("segment") == segment) & (
        pl.col("metric") == metric
    )  # fmt: skip


@pytest.mark.parametrize("key", ["evaluations/query_tagger", "models/query_tagger"])
def test_a_good_model_passes(good: pl.DataFrame, key: str) -> None:
    found = verdict(good, key)
    assert [rule.sentence() for rule in found.rules if not rule.passed] == []


@pytest.mark.parametrize("rule", FLOORS)
def test_a_model_below_one_floor_on_test_is_stopped_by_that_rule(good: pl.DataFrame, rule: str) -> None:
    bad = good.with_columns(pl.when(at("test", *FLOORS[rule])).then(0.3).otherwise("value").alias("value"))
    assert [found.name for found in verdict(bad, "models/query_tagger").blocking] == [rule]


def test_figures_on_validation_stop_no_model(good: pl.DataFrame) -> None:
    low = good.with_columns(pl.when(pl.col("split") == "validation").then(0.1).otherwise("value").alias("value"))
    assert verdict(low, "models/query_tagger").passed


@pytest.mark.parametrize(
    ("metric", "rule"), [("word_ece", "scores_of_words_are_honest"), ("span_ece", "scores_of_spans_are_honest")]
)
def test_a_model_whose_scores_do_not_mean_what_they_say_is_stopped(good: pl.DataFrame, metric: str, rule: str) -> None:
    bad = good.with_columns(pl.when(at("test", "all", "all", metric)).then(0.3).otherwise("value").alias("value"))
    assert [found.name for found in verdict(bad, "models/query_tagger").blocking] == [rule]


def test_an_interval_that_does_not_hold_its_figure_is_stopped(good: pl.DataFrame) -> None:
    for column, value, rule in (("low", 0.98, "low_bounds_lie_below"), ("high", 0.96, "high_bounds_lie_above")):
        bad = good.with_columns(
            pl.when(at("test", "all", "all", "span_f1")).then(value).otherwise(column).alias(column)
        )
        assert [found.name for found in verdict(bad, "evaluations/query_tagger").blocking] == [rule]


@pytest.mark.parametrize("segment", ["word_ece", "span_ece"])
def test_an_evaluation_without_calibration_is_stopped(good: pl.DataFrame, segment: str) -> None:
    found = verdict(good.filter(pl.col("metric") != segment), "evaluations/query_tagger")
    assert [rule.name for rule in found.blocking] == ["calibration_and_robustness_are_measured"]


def test_a_weak_answer_to_service_questions_only_warns(good: pl.DataFrame) -> None:
    where = at("test", "form", "service", "token_accuracy")
    found = verdict(
        good.with_columns(pl.when(where).then(0.4).otherwise("value").alias("value")), "models/query_tagger"
    )
    assert found.passed
    assert not found.rule("questions_of_service_are_let_be").passed


@pytest.mark.parametrize("segment", ["all", "Price", "noisy", "1-2", "price_only", "typo", "some"])
@pytest.mark.parametrize("key", ["evaluations/query_tagger", "models/query_tagger"])
def test_a_segment_that_was_not_measured_stops_the_table(good: pl.DataFrame, key: str, segment: str) -> None:
    left = good.filter(~((pl.col("segment") == segment) & (pl.col("split") == "test")))
    assert "every_segment_is_measured" in [rule.name for rule in verdict(left, key).blocking]


def test_the_figures_of_two_models_in_one_table_are_stopped(good: pl.DataFrame) -> None:
    two = pl.concat([good, good.with_columns(pl.lit("run-2").alias("model_run"))])
    for key in ("evaluations/query_tagger", "models/query_tagger"):
        assert "one_model_is_measured" in [rule.name for rule in verdict(two, key).blocking]


@pytest.mark.parametrize(("column", "value", "rule"), [
    ("value", 1.2, "value_is_a_share"), ("support", 0, "figures_have_support"), ("metric", "bleu", "metric_is_known"),
    ("split", "train", "split_is_known"), ("slice", "age", "slice_is_known"),
])  # fmt: skip
def test_a_figure_that_cannot_be_is_stopped(good: pl.DataFrame, column: str, value: object, rule: str) -> None:
    first = pl.int_range(pl.len()) == 0
    bad = good.with_columns(
        pl.when(first).then(pl.lit(value)).otherwise(pl.col(column)).cast(good.schema[column]).alias(column)
    )
    assert rule in [found.name for found in verdict(bad, "evaluations/query_tagger").rules if not found.passed]
