from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from ecrec_assets.models.recommender.model import Recommender, UnknownUser
from ecrec_assets.models.recommender.predict import list_schema
from ecrec_assets.models.recommender.reasons import UNKNOWN_USER
from tests.models.recommender.shop import LAST

K = 10


def test_lists_have_the_promised_shape(model: Recommender) -> None:
    lists = model.recommend(model.user_ids, K)
    assert lists.schema == list_schema(model)
    assert lists.group_by("household_id").len()["len"].unique().to_list() == [K]
    assert not lists.select("household_id", "product_id").is_duplicated().any()
    assert lists["rank"].to_list() == [*range(1, K + 1)] * len(model.user_ids)
    assert lists["z"].is_between(0, 1).all()


def test_score_and_z_never_rise_along_a_list(model: Recommender) -> None:
    lists = model.recommend([*model.user_ids, 999], K)
    drops = lists.select(pl.col("score", "z").diff().over("household_id").fill_null(0))
    assert (drops["score"] <= 0).all() and (drops["z"] <= 0).all()


def test_the_list_is_the_best_of_the_scores(model: Recommender) -> None:
    ids = model.user_ids[:7]
    lists = model.recommend(ids, K)
    scores = model.score_block(ids)
    for row, household in enumerate(ids):
        order = np.argsort(-scores[row], kind="stable")[:K]
        mine = lists.filter(pl.col("household_id") == household)
        assert mine["product_id"].to_list() == model.item_ids[order].tolist()
        np.testing.assert_array_equal(mine["score"], scores[row, order].astype(float))


def test_excluding_history_leaves_only_new_products(model: Recommender) -> None:
    ids = model.user_ids
    lists = model.recommend(ids, K, exclude_history=True)
    known = pl.DataFrame(
        {
            "household_id": ids[model.snapshot.purchases.user],
            "product_id": model.item_ids[model.snapshot.purchases.item],
        }
    )
    assert len(lists) == K * len(ids)
    assert lists.join(known, on=["household_id", "product_id"], how="semi").is_empty()
    assert not lists["reason"].str.contains("bought once|times").any()


def test_a_list_ends_where_candidates_end(model: Recommender) -> None:
    household = int(model.user_ids[0])
    new = len(model.item_ids) - int(model.history_block(np.array([household])).sum())
    lists = model.recommend([household, -1], 1000, exclude_history=True)
    assert lists.filter(pl.col("household_id") == household)["rank"].to_list() == list(range(1, new + 1))
    assert len(lists.filter(pl.col("household_id") == -1)) == len(model.item_ids)


def test_an_unknown_household_gets_what_most_households_bought_lately(model: Recommender, lines: pl.DataFrame) -> None:
    lists = model.recommend([-1], 3)
    now = lines.filter(pl.col("week") <= LAST)["transaction_timestamp"].max()
    lately = lines.filter(
        pl.col("week") <= LAST, (pl.lit(now) - pl.col("transaction_timestamp")).dt.total_hours() < 28 * 24
    )
    buyers = (
        lately.group_by("product_id")
        .agg(n=pl.col("household_id").n_unique())
        .sort("n", "product_id", descending=[True, False])
    )
    assert lists["product_id"].to_list() == buyers["product_id"][:3].to_list()
    np.testing.assert_allclose(lists["z"], (buyers["n"][:3].to_numpy() + 0.5) / (len(model.user_ids) + 1), rtol=1e-6)
    assert lists["reason"].unique().to_list() == [UNKNOWN_USER.format(buyer="household", buyers="households")]


def test_households_come_in_the_order_asked_and_once(model: Recommender) -> None:
    lists = model.recommend([30, -4, 2, 30, 7], 2)
    assert lists["household_id"].to_list() == [30, 30, -4, -4, 2, 2, 7, 7]
    assert model.recommend([], 2).schema == list_schema(model) and model.recommend([], 2).is_empty()


def test_who_else_is_asked_changes_nothing(model: Recommender) -> None:
    alone = model.recommend([11], K)
    among = model.recommend(model.user_ids, K).filter(pl.col("household_id") == 11)
    assert alone.drop("score", "z").equals(among.drop("score", "z"))
    np.testing.assert_allclose(alone["score"], among["score"], rtol=1e-4)


def test_an_empty_list_and_a_block_of_strangers_are_refused(model: Recommender) -> None:
    with pytest.raises(ValueError, match="at least 1, not 0"):
        model.recommend([1], 0)
    with pytest.raises(UnknownUser, match="household 12345"):
        model.score_block(np.array([1, 12345]))


def test_ties_go_to_the_smaller_product_id(model: Recommender) -> None:
    scores = np.array([[0, 1, 1, 1, 0, 1], [-np.inf, 2, -np.inf, -np.inf, -np.inf, 1]], np.float32)
    assert model.rank(scores, 3).tolist() == [[1, 2, 3], [1, 5, -1]]
    assert model.rank(scores, 8).tolist() == [[1, 2, 3, 5, 0, 4, -1, -1], [1, 5, -1, -1, -1, -1, -1, -1]]


@pytest.mark.parametrize("seed", range(5))
def test_rank_is_a_stable_sort(model: Recommender, seed: int) -> None:
    scores = np.random.default_rng(seed).integers(0, 6, (20, 50)).astype(np.float32)
    np.testing.assert_array_equal(model.rank(scores, 9), np.argsort(-scores, axis=1, kind="stable")[:, :9])
