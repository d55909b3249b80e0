from __future__ import annotations

import numpy as np
import polars as pl

from ecrec_assets.models.recommender.model import Recommender
from ecrec_assets.models.recommender.reasons import POPULAR
from tests.models.recommender.shop import LAST


def test_a_bought_product_is_explained_by_its_own_purchases(model: Recommender, lines: pl.DataFrame) -> None:
    past = lines.filter(pl.col("week") <= LAST)
    now = past["transaction_timestamp"].max()
    bought = past.group_by("household_id", "product_id").agg(
        times=pl.col("basket_id").n_unique(), days=(pl.lit(now) - pl.col("transaction_timestamp").max()).dt.total_days()
    )
    lists = model.recommend(model.user_ids, 5).join(bought, on=["household_id", "product_id"])
    assert len(lists) > 200
    for times, days, reason in lists.select("times", "days", "reason").iter_rows():
        last = {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")
        assert reason == (f"bought {times} times, last {last}" if times > 1 else f"bought once, {last}")


def test_a_new_product_is_explained_by_the_largest_part_of_its_item_score(model: Recommender) -> None:
    x = model.matrix.toarray().astype(float)
    inverse = np.linalg.inv(x.T @ x + model.config.ease_penalty * np.eye(x.shape[1]))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    place = {int(product): column for column, product in enumerate(model.item_ids)}
    lists = model.recommend(model.user_ids, 40, exclude_history=True)
    share = model.snapshot.popularity.users / len(model.user_ids)
    explained = 0
    for household, product, reason in lists.select("household_id", "product_id", "reason").iter_rows():
        parts = x[model.rows(np.array([household]))[0]] * weights[:, place[product]]
        if reason == POPULAR.format(buyers="households"):
            assert parts.max() <= 0.1 * share[place[product]] + 1e-6
        else:
            assert parts.max() > 0.1 * share[place[product]] - 1e-6
            assert parts[place[int(reason.removeprefix("because you bought "))]] >= parts.max() - 1e-6
            explained += 1
    assert 0.1 * len(lists) < explained < len(lists)
