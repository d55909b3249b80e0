from __future__ import annotations

import numpy as np

from ecrec_assets.models.recommender.config import RecommenderConfig
from ecrec_assets.models.recommender.mix import blocks, fit_head


def test_a_head_finds_the_log_odds_it_was_drawn_from() -> None:
    draw = np.random.default_rng(0)
    features = draw.normal([5, -100], [1, 30], (200_000, 2))
    odds = 0.7 * features[:, 0] - 0.02 * features[:, 1] - 6
    head = fit_head(features, draw.random(len(odds)) < 1 / (1 + np.exp(-odds)))
    np.testing.assert_allclose(head.weights, [0.7, -0.02], rtol=0.05)
    np.testing.assert_allclose(head.intercept, -6, rtol=0.05)


def test_weights_undo_the_sampling_of_the_rare_class() -> None:
    draw = np.random.default_rng(1)
    features = draw.normal(size=(200_000, 1))
    bought = draw.random(len(features)) < 1 / (1 + np.exp(4 - features[:, 0]))
    kept = bought | (draw.random(len(features)) < 0.1)
    head = fit_head(features[kept], bought[kept], np.where(bought[kept], 1, 10))
    np.testing.assert_allclose([head.weights[0], head.intercept], [1, -4], rtol=0.1)


def test_a_head_stays_finite_when_everybody_buys_and_when_there_is_nobody() -> None:
    everybody = fit_head(np.ones((50, 2)), np.ones(50, bool))
    nobody = fit_head(np.empty((0, 2)), np.empty(0, bool))
    assert everybody.intercept > 2 and np.isfinite(everybody.intercept)
    assert nobody.intercept == 0 and (nobody.weights == 0).all()


def test_blocks_hold_every_row_once() -> None:
    assert np.concatenate(blocks(7, 3)).tolist() == list(range(7))
    assert [len(rows) for rows in blocks(7, 3)] == [3, 3, 1]


def test_a_small_shop_keeps_a_larger_share_of_its_pairs() -> None:
    config = RecommenderConfig(pairs_kept=0.02, pairs_enough=1_000_000)
    assert [config.share_of(pairs) for pairs in (2_400, 4_000_000, 59_000_000)] == [1.0, 0.25, 0.02]
