from __future__ import annotations

import polars as pl

from ecrec_assets.models.tagger.card import model_card
from ecrec_assets.models.tagger.train import TaggerConfig


def test_the_card_shows_the_figures_the_data_and_the_limits() -> None:
    rows = [
        ("test", "all", "all", "span_f1", 0.8126),
        ("test", "type", "Price", "span_f1", 0.9),
        ("validation", "all", "all", "span_f1", 0.5),
    ]
    metrics = pl.LazyFrame(rows, schema=["split", "slice", "segment", "metric", "value"], orient="row")
    queries = pl.LazyFrame({"split": ["train"] * 8 + ["test"] * 2})
    card = model_card(metrics, TaggerConfig(epochs=4), base="a-base", queries=queries)
    assert "| span f1 | 0.500 | 0.813 |" in card
    assert "| span f1 of Price | – | 0.900 |" in card
    assert "8 train, 2 test" in card
    assert "a-base" in card
    assert "epochs 4" in card
    assert "not by people" in card
    assert "512 characters" in card
