from __future__ import annotations

import polars as pl

from ecrec_assets.models.recommender.card import model_card
from ecrec_assets.models.recommender.model import Recommender
from ecrec_assets.models.recommender.recency_frequency import FEATURES


def test_the_card_shows_the_figures_and_weights_it_was_given(model: Recommender) -> None:
    metrics = pl.DataFrame(
        {
            "slice": ["all", "model", "model", "age"],
            "segment": ["all", "mix", "mix", "65+"],
            "metric": ["ndcg_at_20", "ndcg_at_20", "ndcg_at_20_new", "ndcg_at_20"],
            "value": [0.37125, 0.3712, 0.05, 0.999],
            "support": [1981, 1981, 1947, 7],
        }
    )
    card = model_card(model, metrics)
    assert "| ndcg_at_20 | 0.3713 | 1,981 |" in card or "| ndcg_at_20 | 0.3712 | 1,981 |" in card
    assert "| mix | 0.3712 | 0.0500 |" in card
    assert "0.999" not in card
    assert "before 2017-03-27 00:00" in card and f"{len(model.item_ids):,} candidate items" in card
    for name, weight in zip(FEATURES, model.mix.rhythm.weights, strict=True):
        assert f"| bought | {name} | {weight:+.3f} |" in card
