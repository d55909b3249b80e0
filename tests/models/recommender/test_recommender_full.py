"""The whole year: the figures that the contract of the model holds the recommender to."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.collect.complete_journey import read
from ecrec_assets.contracts.gate import audit
from ecrec_assets.contracts.odcs import load_contract
from ecrec_assets.evaluate.ranking_config import RankingConfig
from ecrec_assets.evaluate.recommender import evaluate_recommender
from ecrec_assets.models.recommender.config import RecommenderConfig
from ecrec_assets.models.recommender.model import Recommender
from ecrec_assets.models.recommender.train import train_recommender
from ecrec_assets.prepare.households import complete_households
from ecrec_assets.prepare.products import clean_products
from ecrec_assets.settings import PROJECT

MEGABYTE = 1 << 20
END_OF_WEEK_48 = datetime(2017, 11, 27, 5)  # midnight in New York


def purchases() -> pl.LazyFrame:
    """The lines that the contract of raw/transactions lets through, as near as a filter says it."""
    return (
        read("transactions")
        .filter(pl.col("quantity").is_between(1, 1000), pl.col("sales_value") > 0)
        .filter(pl.col("coupon_disc") <= pl.col("sales_value"), pl.col("week").is_between(1, 53))
        .join(read("products").select("product_id"), on="product_id", how="semi")
    )


@pytest.mark.full
def test_the_full_year_meets_the_contract_of_the_model_after_a_round_trip_to_disk(tmp_path: Path) -> None:
    lines, products = purchases(), clean_products(read("products")).collect().lazy()
    households = complete_households(lines, read("demographics"))
    train_recommender(lines, products, config=RecommenderConfig(), until=END_OF_WEEK_48).save(tmp_path)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 100 * MEGABYTE
    model = Recommender.load(tmp_path)
    report = evaluate_recommender(model, lines, households, products, RankingConfig(), model_run="full")
    contract = load_contract(PROJECT / "expectations/models/recommender.yaml", PROJECT / "expectations")
    verdict = audit(report.metrics.lazy(), contract, now=datetime(2026, 1, 1, tzinfo=UTC)).verdict
    assert verdict.passed, [rule.sentence() for rule in verdict.blocking]
