from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from ecrec_assets.components.challenger import require_challenger, tracking
from ecrec_assets.components.gated_asset import gated_asset
from ecrec_assets.components.model_gate import ModelFacts, model_gate
from ecrec_assets.components.trained_model import trained_model
from ecrec_assets.settings import get_settings

LAST_TRAINING_WEEK = 48
LIST_LENGTH = 20
GROUP = "recommender"
LEARNS_FROM = {"lines": "datasets/transactions", "products": "datasets/products"}


def _parameters() -> Mapping[str, object]:
    return {"last_week": LAST_TRAINING_WEEK, "threads": get_settings().threads}


@trained_model(
    "recommender", group=GROUP, reads=LEARNS_FROM, parameters=_parameters, kinds=("scikitlearn", "numpy", "mlflow")
)
def challenger(run: Any, folder: Path, lines: pl.LazyFrame, products: pl.LazyFrame) -> Path:
    """A household's own rhythm of purchase mixed with an item-item model, calibrated to a probability Z."""
    from ecrec_assets.models.recommender.config import RecommenderConfig
    from ecrec_assets.models.recommender.train import train_recommender

    config = RecommenderConfig(threads=get_settings().threads)
    run.text("recommender.json", config.model_dump_json(indent=2))
    model = train_recommender(lines, products, config=config, last_week=LAST_TRAINING_WEEK)
    model.save(folder / "model")
    return folder / "model"


def _challenger_state() -> str:
    return require_challenger("recommender").fingerprint


@gated_asset(
    "evaluations/recommender",
    group=GROUP,
    reads={**LEARNS_FROM, "households": "datasets/households"},
    source=_challenger_state,
    after=("challengers/recommender",),
    kinds=("numpy", "deltalake"),
)
def evaluation(lines: pl.LazyFrame, products: pl.LazyFrame, households: pl.LazyFrame) -> pl.LazyFrame:
    """Every candidate ranked for every household in the four weeks after training; Z against what was bought."""
    from ecrec_assets.evaluate.recommender import RankingConfig, evaluate_recommender
    from ecrec_assets.evaluate.reliability_plot import reliability_plot
    from ecrec_assets.models.recommender.model import Recommender
    from ecrec_assets.track.runs import TrainingRun

    state = require_challenger("recommender")
    model = Recommender.load(Path(state.folder))
    report = evaluate_recommender(model, lines, households, products, RankingConfig(), model_run=state.run_id)
    run = TrainingRun(tracking(), state.run_id)
    run.table("reliability", report.reliability)
    run.figure("reliability", reliability_plot(report.reliability))
    return report.metrics.lazy()


def _describe(folder: Path, metrics: pl.DataFrame) -> ModelFacts:
    from ecrec_assets.models.recommender.card import model_card
    from ecrec_assets.models.recommender.model import Recommender
    from ecrec_assets.models.recommender.predict import SCHEMA

    return ModelFacts(
        inputs={"household_id": pl.Int64()},
        outputs=dict(SCHEMA),
        example=pl.DataFrame({"household_id": [1]}),
        card=model_card(Recommender.load(folder), metrics),
    )


model: dg.AssetsDefinition = model_gate(
    "recommender", group=GROUP, primary="test/ndcg_at_20", tolerance=0.002, describe=_describe
)


def _champion_state() -> str:
    from ecrec_assets.track.registry import champion

    found = champion(tracking(), "recommender")
    return f"version {found.version}" if found else ""


@gated_asset(
    "recommendations/top_items",
    group=GROUP,
    reads={"households": "datasets/households"},
    source=_champion_state,
    after=("models/recommender",),
    kinds=("numpy", "deltalake"),
)
def top_items(households: pl.LazyFrame) -> pl.LazyFrame:
    """The champion's twenty best products for every household, each with its probability and the reason."""
    from ecrec_assets.components.champion import champion_folder
    from ecrec_assets.models.recommender.model import Recommender

    ids = households.select("household_id").collect()["household_id"].to_list()
    return Recommender.load(champion_folder("recommender")).recommend(ids, LIST_LENGTH).lazy()
