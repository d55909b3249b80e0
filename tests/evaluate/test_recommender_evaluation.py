"""The whole evaluation against a slow and direct one, on a small made-up shop."""

from __future__ import annotations

from math import log2

import numpy as np
import polars as pl
import pytest
from sklearn import metrics as oracle

from ecrec_assets.evaluate.metric_table import SCHEMA
from ecrec_assets.evaluate.ranking_config import RankingConfig
from ecrec_assets.evaluate.recommender import RankingReport, evaluate_recommender
from ecrec_assets.models.recommender.model import Recommender
from ecrec_assets.models.recommender.train import train_recommender
from tests.models.recommender.shop import END, LAST, shop_lines, shop_products, small_config

K = 5
CONFIG = RankingConfig(k=K, block=16)
Bought = dict[int, set[int]]


@pytest.fixture(scope="module")
def lines() -> pl.DataFrame:
    return shop_lines()


@pytest.fixture(scope="module")
def households() -> pl.LazyFrame:
    ids = np.arange(1, 46)
    told = {"household_id": ids, "age": np.where(ids % 2, "19-24", "65+"), "income": np.full(45, "35-49K")}
    return pl.LazyFrame(told).with_columns(household_size=pl.lit("2"))


@pytest.fixture(scope="module")
def trained(lines: pl.DataFrame) -> Recommender:
    return train_recommender(lines.lazy(), shop_products().lazy(), config=small_config(), until=END)


@pytest.fixture(scope="module")
def report(trained: Recommender, lines: pl.DataFrame, households: pl.LazyFrame) -> RankingReport:
    return evaluate_recommender(trained, lines.lazy(), households, shop_products().lazy(), CONFIG, model_run="run-7")


def value(report: RankingReport, metric: str, slice_name: str = "all", segment: str = "all") -> float:
    row = (pl.col("slice") == slice_name) & (pl.col("segment") == segment) & (pl.col("metric") == metric)
    return float(report.metrics.filter(row)["value"].item())


def bought_in(lines: pl.DataFrame, low: int, high: int) -> Bought:
    part = lines.filter(pl.col("week").is_between(low, high)).group_by("household_id").agg("product_id")
    return {household: set(products) for household, products in part.iter_rows()}


def direct_ndcg(lists: pl.DataFrame, truth: Bought) -> float:
    values = []
    for household, relevant in sorted(truth.items()):
        if relevant:
            mine = lists.filter(pl.col("household_id") == household).sort("rank")["product_id"].to_list()
            gain = sum(1 / log2(rank + 2) for rank, product in enumerate(mine) if product in relevant)
            values.append(gain / sum(1 / log2(rank + 2) for rank in range(min(K, len(relevant)))))
    return float(np.mean(values))


def test_the_table_is_long_complete_and_finite(report: RankingReport) -> None:
    assert report.metrics.schema == SCHEMA
    assert report.metrics["model_run"].unique().to_list() == ["run-7"]
    assert report.metrics["split"].unique().to_list() == ["test"]
    assert report.metrics["value"].is_finite().all() and (report.metrics["support"] > 0).all()
    assert not report.metrics.select("slice", "segment", "metric").is_duplicated().any()
    assert set(report.metrics["slice"]) == {"all", "model", "activity", "age", "income", "household_size", "department"}
    assert set(report.metrics.filter(pl.col("slice") == "age")["segment"]) == {"19-24", "65+", "unknown"}


def test_ndcg_over_all_and_over_new_products_is_that_of_the_lists(
    report: RankingReport, trained: Recommender, lines: pl.DataFrame
) -> None:
    truth, past = bought_in(lines, LAST + 1, LAST + 4), bought_in(lines, 1, LAST)
    lists = trained.recommend(trained.user_ids, K)
    new = trained.recommend(trained.user_ids, K, exclude_history=True)
    untried = {household: products - past[household] for household, products in truth.items()}
    assert value(report, "ndcg_at_5") == pytest.approx(direct_ndcg(lists, truth))
    assert value(report, "ndcg_at_5_new") == pytest.approx(direct_ndcg(new, untried))
    assert value(report, "coverage_at_5") == lists["product_id"].n_unique() / len(trained.item_ids)


def test_popularity_is_what_most_households_bought(report: RankingReport, lines: pl.DataFrame) -> None:
    buyers = lines.filter(pl.col("week") <= LAST).group_by("product_id").agg(n=pl.col("household_id").n_unique())
    top = buyers.sort(["n", "product_id"], descending=[True, False]).head(K).with_row_index("rank")
    truth = bought_in(lines, LAST + 1, LAST + 4)
    lists = pl.concat([top.with_columns(household_id=pl.lit(household)) for household in truth])
    assert value(report, "ndcg_at_5", "model", "popularity") == pytest.approx(direct_ndcg(lists, truth))


@pytest.mark.parametrize("baseline", ["recency_frequency", "ease", "popularity"])
@pytest.mark.parametrize("kind", ["", "_new"])
def test_the_mix_is_measured_against_every_baseline(report: RankingReport, baseline: str, kind: str) -> None:
    ratio = value(report, f"ndcg_at_5{kind}") / value(report, f"ndcg_at_5{kind}", "model", baseline)
    assert value(report, f"ndcg_at_5{kind}_over_{baseline}") == pytest.approx(ratio)


def test_figures_of_z_are_over_every_pair(report: RankingReport, trained: Recommender, lines: pl.DataFrame) -> None:
    z = trained.probability(trained.score_block(trained.user_ids))
    truth = bought_in(lines, LAST + 1, LAST + 4)
    bought = np.array([[p in truth.get(h, set()) for p in trained.item_ids] for h in trained.user_ids])
    assert report.metrics.filter(pl.col("metric") == "auc")["support"].max() == z.size == 60 * 40
    assert value(report, "auc") == pytest.approx(oracle.roc_auc_score(bought.ravel(), z.ravel()))
    assert value(report, "log_loss") == pytest.approx(oracle.log_loss(bought.ravel(), z.ravel()), rel=1e-5)
    assert value(report, "base_rate") == pytest.approx(bought.mean())
    assert value(report, "f1") == pytest.approx(oracle.f1_score(bought.ravel(), (z >= trained.threshold).ravel()))
    loss = oracle.log_loss(bought.ravel(), np.full(z.size, bought.mean()))
    assert value(report, "log_loss_skill") == pytest.approx(1 - value(report, "log_loss") / loss, rel=1e-5)
    assert report.reliability["pairs"].sum() == z.size


def test_slices_add_up_to_the_whole(report: RankingReport) -> None:
    whole = report.metrics.filter(pl.col("slice") == "all")
    for metric in ("ndcg_at_5", "recall_at_5", "brier", "base_rate"):
        total = whole.filter(pl.col("metric") == metric)
        for name in ("activity", "age", "income"):
            parts = report.metrics.filter(pl.col("slice") == name, pl.col("metric") == metric)
            assert parts["support"].sum() == total["support"].item()
            mean = (parts["value"] * parts["support"]).sum() / parts["support"].sum()
            assert mean == pytest.approx(total["value"].item(), rel=1e-5)


def test_a_departments_lists_rank_its_own_candidates(
    report: RankingReport, trained: Recommender, lines: pl.DataFrame
) -> None:
    everything = trained.recommend(trained.user_ids, 40).filter(pl.col("product_id") % 2 == 0)
    lists = everything.with_columns(rank=pl.col("rank").rank("ordinal").over("household_id")).filter(
        pl.col("rank") <= K
    )
    truth = {h: {p for p in products if p % 2 == 0} for h, products in bought_in(lines, LAST + 1, LAST + 4).items()}
    assert value(report, "ndcg_at_5", "department", "GROCERY") == pytest.approx(direct_ndcg(lists, truth))


def test_the_size_of_a_block_changes_nothing(
    report: RankingReport, trained: Recommender, lines: pl.DataFrame, households: pl.LazyFrame
) -> None:
    other = evaluate_recommender(
        trained, lines.lazy(), households, shop_products().lazy(), RankingConfig(k=K, block=7), model_run="run-7"
    )
    np.testing.assert_allclose(other.metrics["value"], report.metrics["value"], rtol=1e-4)


def test_the_mix_beats_popularity_where_there_is_a_rhythm(report: RankingReport) -> None:
    assert value(report, "ndcg_at_5_over_popularity") > 1.5
    assert value(report, "log_loss_skill") > 0.1


def test_days_without_purchases_are_refused(
    trained: Recommender, lines: pl.DataFrame, households: pl.LazyFrame
) -> None:
    past = lines.filter(pl.col("week") <= LAST).lazy()
    with pytest.raises(ValueError, match="from 2017-03-27 00:00 to 2017-04-24 00:00"):
        evaluate_recommender(trained, past, households, shop_products().lazy(), CONFIG)
