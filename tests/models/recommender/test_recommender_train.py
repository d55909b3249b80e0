"""The promises of training."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from ecrec_assets.models.recommender.model import Recommender
from ecrec_assets.models.recommender.snapshot import NothingToLearn
from ecrec_assets.models.recommender.train import train_recommender
from tests.models.recommender.same import assert_same
from tests.models.recommender.shop import END, LAST, START, small_config


def trained(lines: pl.DataFrame, products: pl.DataFrame, until: datetime = END, **changes: object) -> Recommender:
    return train_recommender(lines.lazy(), products.lazy(), config=small_config(**changes), until=until)


def test_the_same_lines_and_seed_give_the_same_model(
    model: Recommender, lines: pl.DataFrame, products: pl.DataFrame
) -> None:
    assert_same(model, trained(lines, products))


def test_the_order_of_lines_and_duplicate_events_change_nothing(
    model: Recommender, lines: pl.DataFrame, products: pl.DataFrame
) -> None:
    twice = pl.concat([lines, lines]).sample(fraction=1, shuffle=True, seed=5)
    assert_same(model, trained(twice, products.sample(fraction=1, shuffle=True, seed=5)))


def test_no_line_after_the_end_of_training_reaches_the_model(
    model: Recommender, lines: pl.DataFrame, products: pl.DataFrame
) -> None:
    past = lines.filter(pl.col("week") <= LAST)
    future = lines.filter(pl.col("week") > LAST)
    assert len(future) > 100
    flood = pl.concat([future.with_columns(product_id=pl.lit(100, pl.Int64), basket_id=-pl.col("basket_id"))] * 3)
    assert_same(model, trained(past, products))
    assert_same(model, trained(pl.concat([past, flood]), products))


def test_a_line_of_the_last_week_does_reach_it(model: Recommender, lines: pl.DataFrame, products: pl.DataFrame) -> None:
    less = lines.filter(~((pl.col("week") == LAST) & (pl.col("household_id") == 1)))
    assert len(less) < len(lines)
    with pytest.raises(AssertionError):
        assert_same(model, trained(less, products))


def test_the_seed_only_draws_the_pairs_of_the_mix(
    model: Recommender, lines: pl.DataFrame, products: pl.DataFrame
) -> None:
    other = trained(lines, products, seed=8)
    np.testing.assert_array_equal(other.mix.rhythm.weights, model.mix.rhythm.weights)
    assert (other.mix.discovery.weights != model.mix.discovery.weights).any()
    everything = [trained(lines, products, pairs_kept=1.0, seed=seed) for seed in (1, 2)]
    np.testing.assert_array_equal(everything[0].mix.discovery.weights, everything[1].mix.discovery.weights)


def test_the_size_of_a_block_is_no_choice_of_the_model(lines: pl.DataFrame, products: pl.DataFrame) -> None:
    one, other = (trained(lines, products, pairs_kept=1.0, block=block) for block in (7, 60))
    ids = one.user_ids
    np.testing.assert_allclose(one.score_block(ids), other.score_block(ids), atol=1e-3)


def test_own_history_dominates(model: Recommender, lines: pl.DataFrame) -> None:
    """Favourites bought in most of the last weeks stand above everything never bought, for nearly every household."""
    scores = model.score_block(model.user_ids)
    regular = model.snapshot.purchases.matrix(model.snapshot.purchases.decayed[:, 0]).toarray() > 1
    known = model.history_block(model.user_ids)
    best_new = np.where(known, -np.inf, scores).max(axis=1)
    worst_regular = np.where(regular, scores, np.inf).min(axis=1)
    assert (worst_regular > best_new).mean() > 0.9


def test_similar_households_decide_what_is_new(model: Recommender) -> None:
    """A household of taste t buys products of t mod 4; the first new product is of its taste while one is left."""
    same_taste = (model.item_ids[None, :] - 100) % 4 == (model.user_ids[:, None] - 1) % 4
    left = (same_taste & ~model.history_block(model.user_ids)).any(axis=1)
    assert left.sum() > 30
    first = model.recommend(model.user_ids[left], 1, exclude_history=True)
    own = first.filter((pl.col("product_id") - 100) % 4 == (pl.col("household_id") - 1) % 4)
    assert len(own) / len(first) > 0.9


def test_a_catalogue_of_one_product_can_be_learned(lines: pl.DataFrame, products: pl.DataFrame) -> None:
    one = trained(lines.filter(pl.col("product_id") == 104), products)
    lists = one.recommend([int(one.user_ids[0]), -5], 20)
    assert lists["product_id"].to_list() == [104, 104]
    assert lists["z"].is_between(0, 1).all()


def test_a_product_that_everybody_always_buys_can_be_learned(products: pl.DataFrame, lines: pl.DataFrame) -> None:
    always = lines.unique("basket_id", keep="first", maintain_order=True).with_columns(product_id=pl.lit(100, pl.Int64))
    model = trained(always, products)
    assert model.recommend([1], 1)["z"].item() > 0.8


def test_nothing_to_learn_says_why(lines: pl.DataFrame, products: pl.DataFrame) -> None:
    with pytest.raises(NothingToLearn, match="lower min_buyers"):
        trained(lines, products, min_buyers=1000)
    with pytest.raises(NothingToLearn, match="before 2017-03-27 00:00 bought a candidate in the 28 days"):
        trained(lines.filter(pl.col("week") <= LAST), products, until=END + timedelta(weeks=4))
    with pytest.raises(NothingToLearn, match="before 2016-12-26"):
        trained(lines, products, until=START + timedelta(weeks=3))
