from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.contracts.gate import audit
from ecrec_assets.contracts.odcs import load_contract
from ecrec_assets.evaluate.tagging import SCHEMA, tagging_metrics
from ecrec_assets.prepare.query_forms import FORMS as FORMS_OF_QUERIES
from ecrec_assets.verdict import Verdict

GOLD = [
    ["B-Item", "I-Item", "B-Price", "I-Price"],
    ["B-Category", "O"],
    ["O", "O", "O", "O", "B-Item"],
    ["O", "O"],
]
FOUND = [
    ["B-Item", "O", "B-Price", "I-Price"],
    ["B-Category", "O"],
    ["O", "O", "O", "O", "B-Category"],
    ["O", "O"],
]
FORMS = ["item_price", "category", "question", "service"]


def queries(found: list[list[str]] = FOUND) -> pl.LazyFrame:
    noisy = [False, False, True, True]
    return pl.LazyFrame({"split": ["test"] * 4, "form": FORMS, "is_noisy": noisy, "tags": GOLD, "predicted": found})


def value(metrics: pl.DataFrame, slice_name: str, segment: str, metric: str) -> tuple[float, int] | None:
    found = metrics.filter(slice=slice_name, segment=segment, metric=metric)
    return (found["value"][0], found["support"][0]) if found.height else None


@pytest.fixture
def metrics() -> pl.DataFrame:
    return tagging_metrics(queries(), model_run="run-1").collect()


def test_a_span_counts_only_with_the_right_type_and_both_ends(metrics: pl.DataFrame) -> None:
    assert value(metrics, "all", "all", "span_precision") == (2 / 4, 4)
    assert value(metrics, "all", "all", "span_recall") == (2 / 4, 4)
    assert value(metrics, "all", "all", "span_f1") == (2 / 4, 4)
    assert value(metrics, "all", "all", "token_accuracy") == (11 / 13, 13)


def test_each_type_has_its_own_figures(metrics: pl.DataFrame) -> None:
    assert value(metrics, "type", "Item", "span_f1") == (0.0, 2)
    assert value(metrics, "type", "Price", "span_f1") == (1.0, 1)
    assert value(metrics, "type", "Category", "span_precision") == (0.5, 1)
    assert value(metrics, "type", "Category", "span_recall") == (1.0, 1)
    assert value(metrics, "type", "Category", "span_f1") == (pytest.approx(2 / 3), 1)


def test_queries_are_sliced_by_form_length_and_noise(metrics: pl.DataFrame) -> None:
    assert value(metrics, "form", "item_price", "span_f1") == (0.5, 2)
    assert value(metrics, "form", "category", "span_f1") == (1.0, 1)
    assert value(metrics, "length", "1-2", "token_accuracy") == (1.0, 4)
    assert value(metrics, "length", "3-4", "token_accuracy") == (0.75, 4)
    assert value(metrics, "length", "5+", "token_accuracy") == (0.8, 5)
    assert value(metrics, "noise", "clean", "span_f1") == (pytest.approx(2 / 3), 3)
    assert value(metrics, "noise", "noisy", "span_f1") == (0.0, 1)


def test_a_segment_without_gold_spans_has_no_span_figure_but_keeps_its_accuracy(metrics: pl.DataFrame) -> None:
    assert value(metrics, "form", "service", "span_f1") is None
    assert value(metrics, "form", "service", "token_accuracy") == (1.0, 2)


def test_an_i_tag_that_continues_nothing_is_no_span() -> None:
    broken = [["I-Item", "I-Item", "B-Price", "I-Price"], *GOLD[1:]]
    metrics = tagging_metrics(queries(broken), model_run="x").collect()
    assert value(metrics, "form", "item_price", "span_recall") == (0.5, 2)
    assert value(metrics, "type", "Item", "span_recall") == (0.5, 2)


def test_splits_are_measured_apart_and_the_table_has_its_schema() -> None:
    both = pl.concat([queries(), queries(GOLD).with_columns(pl.lit("validation").alias("split"))])
    metrics = tagging_metrics(both, model_run="run-1").collect()
    assert metrics.schema == pl.Schema({name: dtype() for name, dtype in SCHEMA.items()})
    assert set(metrics["model_run"]) == {"run-1"}
    perfect = metrics.filter(split="validation")["value"]
    assert set(perfect) == {1.0}
    assert metrics.filter(split="test", slice="all", metric="span_f1")["value"][0] == 0.5


def test_a_query_without_one_predicted_tag_a_word_is_an_error() -> None:
    with pytest.raises(ValueError, match="1 of 4 queries"):
        tagging_metrics(queries([*FOUND[:3], ["O"]]), model_run="x")


CONTRACTS = Path(__file__).parents[2] / "expectations"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SEGMENTS = {
    "all": ["all"],
    "type": ["Item", "Category", "Price"],
    "form": [*FORMS_OF_QUERIES],
    "length": ["1-2", "3-4", "5+"],
    "noise": ["clean", "noisy"],
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
}


@pytest.fixture(scope="module")
def good() -> pl.DataFrame:
    """Figures of a good model in every segment that `tagging_metrics` gives."""
    rows = [
        ("run-1", split, slice_name, segment, metric, 0.97, 50)
        for split in ("validation", "test")
        for slice_name, segments in SEGMENTS.items()
        for segment in segments
        for metric in ("token_accuracy", "span_precision", "span_recall", "span_f1")
        if not (slice_name == "type" and metric == "token_accuracy") and not (segment == "service" and "span" in metric)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


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
    bad = good.with_columns(pl.when(at("test", *FLOORS[rule])).then(0.4).otherwise("value").alias("value"))
    assert [found.name for found in verdict(bad, "models/query_tagger").blocking] == [rule]


def test_figures_on_validation_stop_no_model(good: pl.DataFrame) -> None:
    low = good.with_columns(pl.when(pl.col("split") == "validation").then(0.1).otherwise("value").alias("value"))
    assert verdict(low, "models/query_tagger").passed


def test_a_weak_answer_to_service_questions_only_warns(good: pl.DataFrame) -> None:
    where = at("test", "form", "service", "token_accuracy")
    found = verdict(
        good.with_columns(pl.when(where).then(0.4).otherwise("value").alias("value")), "models/query_tagger"
    )
    assert found.passed
    assert not found.rule("questions_of_service_are_let_be").passed


@pytest.mark.parametrize("segment", ["all", "Price", "noisy", "1-2", "price_only"])
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
