from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from zlib import crc32

import numpy as np
import polars as pl
import pytest

from ecrec_assets.evaluate.tagging import SCHEMA, evaluate_tagger, tagging_metrics

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


def by_people() -> pl.DataFrame:
    """Labelled queries of a shop: only tokens, tags and split."""
    tokens = [
        ["apple", "pie", "under", "$3"],
        ["Fruit", "please"],
        ["do", "you", "have", "any", "pears"],
        ["opening", "hours"],
    ]
    train = pl.DataFrame(
        {"tokens": [["Apple", "pie", "fruit"]], "tags": [["B-Item", "I-Item", "B-Category"]], "split": ["train"]}
    )
    test = pl.DataFrame({"tokens": tokens, "tags": GOLD, "predicted": FOUND, "split": ["test"] * 4})
    return pl.concat([train, test], how="diagonal")


def test_labelled_queries_without_form_and_noise_have_no_such_slices() -> None:
    metrics = tagging_metrics(by_people().lazy(), model_run="x").collect()
    assert set(metrics["slice"]) == {"all", "type", "length", "unknown_words", "rarity"}


def test_queries_are_sliced_by_words_that_training_never_saw() -> None:
    metrics = tagging_metrics(by_people().lazy(), model_run="x").collect()
    assert value(metrics, "unknown_words", "none", "span_f1") is None
    assert value(metrics, "unknown_words", "some", "token_accuracy") == (5 / 6, 6)
    assert value(metrics, "unknown_words", "all", "token_accuracy") == (6 / 7, 7)


def test_types_that_training_rarely_saw_have_figures_of_their_own() -> None:
    metrics = tagging_metrics(by_people().lazy(), model_run="x", rare_below=1).collect()
    assert value(metrics, "rarity", "rare", "span_f1") == (1.0, 1)  # Price
    assert value(metrics, "rarity", "common", "span_recall") == (1 / 3, 3)
    assert "rarity" not in set(tagging_metrics(by_people().lazy(), model_run="x", rare_below=0).collect()["slice"])


def test_shares_of_types_are_compared_with_training() -> None:
    metrics = tagging_metrics(by_people().lazy(), model_run="x").collect()
    assert value(metrics, "type", "Item", "given_share") == (0.5, 4)
    assert value(metrics, "type", "Item", "found_share") == (0.25, 4)
    assert value(metrics, "type", "Item", "train_share") == (0.5, 4)
    assert value(metrics, "all", "all", "share_agreement_with_train") == (pytest.approx(0.75), 4)
    assert value(metrics, "all", "all", "share_agreement_of_answers") == (pytest.approx(0.75), 4)


def test_every_interval_holds_its_value_and_is_the_same_again() -> None:
    metrics, again = (tagging_metrics(by_people().lazy(), model_run="x").collect() for _ in range(2))
    assert metrics.equals(again)
    assert metrics.select(((pl.col("low") <= pl.col("value")) & (pl.col("value") <= pl.col("high"))).all()).item()
    assert metrics.filter(slice="all", metric="span_f1").select(pl.col("high") - pl.col("low")).item() > 0.3


class Answer(NamedTuple):
    tags: list[str]
    scores: list[float]


class WordList:
    """Finds the words it knows, with a probability that hangs on the word."""

    types = ("Item", "Category")

    def __init__(self, words: set[str], temperature: float = 1.0) -> None:
        self.words, self.temperature = words, temperature

    def probabilities(self, queries: Sequence[Sequence[str]]) -> list[np.ndarray]:
        return [np.array([self._row(word) for word in words]).reshape(-1, 5) for words in queries]

    def _row(self, word: str) -> np.ndarray:
        row = np.array([0.1, 0.1, 0.1, 0.1, 0.1])
        row[1 if word in self.words else 0] += 1 + crc32(word.encode()) % 100 / 10
        row = row ** (1 / self.temperature)
        return row / row.sum()

    def tag_words(self, queries: Sequence[Sequence[str]]) -> list[Answer]:
        names = ("O", "B-Item", "I-Item", "B-Category", "I-Category")
        found = self.probabilities(queries)
        return [Answer([names[i] for i in rows.argmax(1)], [float(p) for p in rows.max(1)]) for rows in found]


def catalogue(split: str, count: int) -> list[tuple[list[str], list[str], str]]:
    words = ["milk", "bread", "soap", "rice", "corn"]
    return [([words[n % 5], "for", f"{split}{n}"], ["B-Item", "O", "O"], split) for n in range(count)]


ROWS = pl.DataFrame(
    [*catalogue("train", 30), *catalogue("validation", 20), *catalogue("test", 25)],
    schema=["tokens", "tags", "split"],
    orient="row",
)


def test_a_report_measures_the_held_out_splits_and_the_test_once_more_written_worse() -> None:
    report = evaluate_tagger(WordList({"milk", "bread", "soap"}), ROWS.lazy(), model_run="run-1")
    assert report.split == "test"
    assert set(report.metrics["split"]) == {"validation", "test"}
    assert report.metrics.schema == pl.Schema({name: dtype() for name, dtype in SCHEMA.items()})
    assert value(report.metrics.filter(split="test"), "all", "all", "span_recall") == (0.6, 25)
    written_worse = report.metrics.filter(slice="perturbation", metric="span_recall")
    assert dict(written_worse.select("segment", "value").iter_rows()) == {"case": 0.0, "order": 0.6, "typo": 0.0}
    assert set(written_worse["split"]) == {"test"}
    assert report.confusion.rows() == [("Item", "(missed)", 10), ("Item", "Item", 15)]
    assert report.worst.filter(reason="loss").height == 10


def test_the_calibration_before_the_temperature_is_that_of_the_raw_model() -> None:
    raw, cool = (evaluate_tagger(WordList({"milk"}, t), ROWS.lazy(), temperature=t) for t in (1.0, 2.5))
    assert cool.reliability.filter(stage="before")["predicted"].to_list() == pytest.approx(
        raw.reliability.filter(stage="after")["predicted"].to_list()
    )
    assert not cool.reliability.filter(stage="after").equals(raw.reliability.filter(stage="after"))


def test_queries_that_all_train_are_an_error() -> None:
    with pytest.raises(ValueError, match="nothing to measure"):
        evaluate_tagger(WordList(set()), ROWS.filter(split="train").lazy())
