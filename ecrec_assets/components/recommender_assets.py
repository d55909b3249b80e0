"""The five assets of a recommender, for The Complete Journey and for any shop alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from ecrec_assets.components.challenger import require_challenger, tracking
from ecrec_assets.components.gated_asset import gated_asset
from ecrec_assets.components.model_gate import ModelFacts, model_gate
from ecrec_assets.components.trained_model import trained_model
from ecrec_assets.evaluate.ranking_config import RankingConfig
from ecrec_assets.models.recommender.config import RecommenderConfig
from ecrec_assets.settings import get_settings

NAME = "recommender"
LIST_LENGTH = 20


@dataclass(frozen=True)
class RecommenderPlan:
    """What a shop's recommender learns from and how it is judged.

    `lines`, `items` and `users` are tables; `users` has the ids that get a list. `user_facts` says that it also has the
    columns that the evaluation slices by. `until` is the end of training (UTC); None: the held-out days before midnight
    after the newest purchase.
    """

    lines: str
    items: str
    users: str
    config: RecommenderConfig
    ranking: RankingConfig
    until: datetime | None = None

    @property
    def learns_from(self) -> Mapping[str, str]:
        return {"lines": self.lines, "items": self.items}

    @property
    def is_judged_on(self) -> Mapping[str, str]:
        return {**self.learns_from, **({"users": self.users} if self.ranking.user_slices else {})}


def recommender_assets(plan: RecommenderPlan, *, group: str = NAME) -> list[dg.AssetsDefinition]:
    """challengers/recommender, evaluations/recommender, models/recommender and recommendations/top_items."""
    return [
        _challenger(plan, group),
        _evaluation(plan, group),
        model_gate(NAME, group=group, primary=f"test/ndcg_at_{plan.ranking.k}", tolerance=0.002, describe=describe),
        _top_items(plan, group),
    ]


def _challenger(plan: RecommenderPlan, group: str) -> dg.AssetsDefinition:
    def parameters() -> Mapping[str, object]:
        return {
            "until": str(plan.until or f"{plan.ranking.days} days before the newest"),
            "threads": get_settings().threads,
            **_flat(plan),
        }

    @trained_model(
        NAME, group=group, reads=plan.learns_from, parameters=parameters, kinds=("scikitlearn", "numpy", "mlflow")
    )
    def challenger(run: Any, folder: Path, lines: pl.LazyFrame, items: pl.LazyFrame) -> Path:
        """A buyer's own rhythm of purchase mixed with an item-item model, calibrated to a probability Z."""
        from ecrec_assets.models.recommender.train import train_recommender

        config = plan.config.model_copy(update={"threads": get_settings().threads})
        run.text("recommender.json", config.model_dump_json(indent=2))
        model = train_recommender(lines, items, config=config, until=plan.until or _held_out_from(plan, lines))
        model.save(folder / "model")
        return folder / "model"

    return challenger


def _held_out_from(plan: RecommenderPlan, lines: pl.LazyFrame) -> datetime:
    columns = plan.config.columns
    return columns.days_after(columns.newest_day_end(lines), -plan.ranking.days)


def _flat(plan: RecommenderPlan) -> Mapping[str, object]:
    """The choices that differ between shops, as MLflow lists parameters."""
    config = plan.config.model_dump(exclude={"threads"})
    return {name: str(value) for name, value in config.items()}


def _evaluation(plan: RecommenderPlan, group: str) -> dg.AssetsDefinition:
    def state() -> str:
        return f"{require_challenger(NAME).fingerprint} {plan.ranking.model_dump_json()}"

    @gated_asset(
        "evaluations/recommender",
        group=group,
        reads=plan.is_judged_on,
        source=state,
        after=("challengers/recommender",),
        kinds=("numpy", "deltalake"),
    )
    def evaluation(lines: pl.LazyFrame, items: pl.LazyFrame, users: pl.LazyFrame | None = None) -> pl.LazyFrame:
        """Every candidate ranked for every buyer in the days after training; Z against what was bought."""
        from ecrec_assets.evaluate.recommender import evaluate_recommender
        from ecrec_assets.evaluate.reliability_plot import reliability_plot
        from ecrec_assets.models.recommender.model import Recommender
        from ecrec_assets.track.runs import TrainingRun

        state = require_challenger(NAME)
        model = Recommender.load(Path(state.folder))
        report = evaluate_recommender(model, lines, users, items, plan.ranking, model_run=state.run_id)
        run = TrainingRun(tracking(), state.run_id)
        run.table("reliability", report.reliability)
        run.figure("reliability", reliability_plot(report.reliability))
        return report.metrics.lazy()

    return evaluation


def describe(folder: Path, metrics: pl.DataFrame) -> ModelFacts:
    """Signature and card of the saved recommender in `folder`."""
    from ecrec_assets.models.recommender.card import model_card
    from ecrec_assets.models.recommender.model import Recommender
    from ecrec_assets.models.recommender.predict import list_schema

    model = Recommender.load(folder)
    schema = list_schema(model)
    user = model.columns.user
    return ModelFacts(
        inputs={user: schema[user]},
        outputs=dict(schema),
        example=pl.DataFrame({user: ["1"]}).cast({user: schema[user]}),  # nobody: ids are personal
        card=model_card(model, metrics),
    )


def champion_state() -> str:
    """Changes when another version of the recommender becomes champion."""
    from ecrec_assets.track.registry import champion

    found = champion(tracking(), NAME)
    return f"version {found.version}" if found else ""


def _top_items(plan: RecommenderPlan, group: str) -> dg.AssetsDefinition:
    user = plan.config.columns.user

    @gated_asset(
        "recommendations/top_items",
        group=group,
        reads={"users": plan.users},
        source=champion_state,
        after=("models/recommender",),
        kinds=("numpy", "deltalake"),
    )
    def top_items(users: pl.LazyFrame) -> pl.LazyFrame:
        """The champion's twenty best items for everybody who ever bought, with probability and reason."""
        from ecrec_assets.components.champion import champion_folder
        from ecrec_assets.models.recommender.model import Recommender

        ids = users.select(pl.col(user).drop_nulls().unique(maintain_order=True)).collect()[user].to_list()
        return Recommender.load(champion_folder(NAME)).recommend(ids, LIST_LENGTH).lazy()

    return top_items
