from __future__ import annotations

import polars as pl

from ecrec_assets.models.tagger.card import model_card
from ecrec_assets.models.tagger.config import TaggerConfig

ROWS = [
    ("test", "all", "all", "span_f1", 0.8126, 900, 0.79, 0.83),
    ("test", "all", "all", "word_ece", 0.0312, 4_000, 0.02, 0.04),
    ("test", "baseline", "majority tag by word", "span_f1", 0.4, 900, None, None),
    ("test", "type", "colour", "span_f1", 0.9, 80, 0.85, 0.94),
    ("test", "type", "brand", "span_f1", 0.5, 20, 0.3, 0.7),
    ("test", "perturbation", "typo", "span_f1", 0.55, 900, 0.5, 0.6),
    ("validation", "all", "all", "span_f1", 0.5, 800, 0.48, 0.52),
]
COLUMNS = ["split", "slice", "segment", "metric", "value", "support", "low", "high"]
TAGS = [["B-colour", "O"]] * 6 + [["B-brand", "B-colour"]] * 2 + [["O"]] * 2


def card(**more: object) -> str:
    metrics = pl.LazyFrame(ROWS, schema=COLUMNS, orient="row")
    queries = pl.LazyFrame({"split": ["train"] * 8 + ["test"] * 2, "tags": TAGS, **more})
    return model_card(metrics, TaggerConfig(epochs=4), base="a-base", queries=queries)


def test_the_card_shows_the_figures_with_intervals_the_data_and_the_limits() -> None:
    text = card()
    assert "| span f1 | 0.500 (0.480 to 0.520) | 0.813 (0.790 to 0.830) |" in text
    assert "| majority tag by word, span f1 | – | 0.400 |" in text
    assert "| span f1, perturbation: typo | – | 0.550 (0.500 to 0.600) |" in text
    assert "span recall" not in text
    assert "8 train, 2 test" in text
    assert "a-base" in text
    assert "epochs 4" in text
    assert "512 characters" in text


def test_the_types_come_from_the_data_the_most_frequent_first() -> None:
    text = card()
    assert "the words of `colour` and `brand`" in text
    assert text.index("| colour | 8 |") < text.index("| brand | 2 | – | 0.500 (0.300 to 0.700) |")


def test_the_weakest_parts_are_named_and_what_is_too_small_to_judge_is_said() -> None:
    text = card()
    assert "Weakest on test: perturbation typo (0.550), type colour (0.900)." in text
    assert "under 30 spans): brand" in text


def test_made_and_given_labels_are_told_apart() -> None:
    assert "not by people" not in card()
    assert "estimates how many are wrong" in card()
    assert "not by people" in card(form=["item"] * 10)
