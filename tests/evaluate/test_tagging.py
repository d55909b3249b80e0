from __future__ import annotations

import polars as pl
import pytest

from ecrec_assets.evaluate.tagging import SCHEMA, tagging_metrics

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
