"""The assets of a query tagger: its training, its figures, the quality of its labels, and its gate."""

from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from ecrec_assets.components.challenger import require_challenger
from ecrec_assets.components.gated_asset import gated_asset
from ecrec_assets.components.model_gate import ModelFacts, model_gate
from ecrec_assets.components.tagger_plan import NAME, TaggerPlan
from ecrec_assets.components.trained_model import trained_model
from ecrec_assets.settings import get_settings


def tagger_assets(plan: TaggerPlan, *, group: str = NAME) -> list[dg.AssetsDefinition]:
    """challengers/query_tagger, evaluations/query_tagger, evaluations/query_labels and models/query_tagger."""
    return [
        _challenger(plan, group),
        _evaluation(plan, group),
        _labels(plan, group),
        model_gate(NAME, group=group, primary="test/span_f1", tolerance=0.002, describe=_describe(plan)),
    ]


def _challenger(plan: TaggerPlan, group: str) -> dg.AssetsDefinition:
    @trained_model(
        NAME,
        group=group,
        reads={"queries": plan.queries},
        parameters=plan.parameters,
        kinds=("torch", "transformers", "mlflow"),
    )
    def challenger(run: Any, folder: Path, queries: pl.LazyFrame) -> Path:
        """Token classification on a BERT-family base model, with the labels that the contract of the queries lists."""
        from ecrec_assets.models.tagger.temperature import calibrate
        from ecrec_assets.models.tagger.train import train

        config = plan.config()
        run.text("tagger.json", config.model_dump_json(indent=2))
        run.text("labels.txt", "\n".join(plan.types) + "\n")

        def on_epoch(metrics: dict[str, float]) -> None:
            run.epoch(metrics, step=int(metrics["epoch"]))

        trained = train(queries, config, types=plan.types, base=plan.base, folder=folder, on_epoch=on_epoch)
        calibrate(trained.folder, queries)
        return trained.folder

    return challenger


def _evaluation(plan: TaggerPlan, group: str) -> dg.AssetsDefinition:
    def state() -> str:
        return require_challenger(NAME).fingerprint

    @gated_asset(
        f"evaluations/{NAME}",
        group=group,
        reads={"queries": plan.queries},
        source=state,
        after=(f"challengers/{NAME}",),
        kinds=("torch", "deltalake"),
    )
    def evaluation(queries: pl.LazyFrame) -> pl.LazyFrame:
        """Span figures with intervals by type and slice, calibration, robustness, against the majority tag by word."""
        from ecrec_assets.components.tagger_report import keep_report
        from ecrec_assets.evaluate.majority_tagger import against_majority
        from ecrec_assets.evaluate.tagging import evaluate_tagger
        from ecrec_assets.models.tagger.predict import Tagger
        from ecrec_assets.models.tagger.temperature import read_temperature

        state = require_challenger(NAME)
        folder = Path(state.folder)
        temperature = read_temperature(folder)
        report = evaluate_tagger(Tagger.load(folder), queries, model_run=state.run_id, temperature=temperature)
        keep_report(report, state, private=plan.private)
        return against_majority(report.metrics.lazy(), queries)

    return evaluation


def _labels(plan: TaggerPlan, group: str) -> dg.AssetsDefinition:
    def state() -> str:
        return f"{get_settings().base_model or 'bundled'} {', '.join(plan.types)}"

    people = {"annotations": plan.annotations} if plan.annotations else {}

    @gated_asset(
        "evaluations/query_labels",
        group=group,
        reads={"queries": plan.queries, **people},
        source=state,
        kinds=("torch", "deltalake"),
    )
    def query_labels(queries: pl.LazyFrame, annotations: pl.LazyFrame | None = None) -> pl.LazyFrame:
        """How likely each given label is right, by a light model that did not train on its query."""
        from ecrec_assets.components.labels_report import keep_labels
        from ecrec_assets.models.tagger.labels import LabelSet
        from ecrec_assets.models.tagger.probe import ProbeConfig, out_of_fold
        from ecrec_assets.prepare.label_noise.report import label_report

        config, tags = ProbeConfig(seed=plan.seed, threads=get_settings().threads), LabelSet(plan.types).tags
        predictions = out_of_fold(queries, types=plan.types, base=plan.base, config=config)
        found = label_report(queries, predictions, tags=tags)
        keep_labels(found, queries, tags=tags, annotations=annotations, private=plan.private)
        return found

    return query_labels


def _describe(plan: TaggerPlan) -> Any:
    def describe(_: Path, metrics: pl.DataFrame) -> ModelFacts:
        from ecrec_assets.lake.store import Lake
        from ecrec_assets.models.tagger.card import model_card

        queries = Lake(get_settings().lake).read(plan.queries)
        base = get_settings().base_model or "all-MiniLM-L6-v2, 22.7 M parameters"
        text, number = pl.String(), pl.Int64()
        return ModelFacts(
            inputs={"query": text},
            outputs={"type": text, "text": text, "start": number, "end": number, "score": pl.Float64()},
            example=pl.DataFrame({"query": ["" if plan.private else _example(queries)]}),
            card=model_card(metrics.lazy(), plan.config(), base=base, queries=queries),
        )

    return describe


def _example(queries: pl.LazyFrame) -> str:
    """The first of the test's queries with most kinds of label."""
    kinds = pl.col("tags").list.n_unique()
    found = queries.filter(pl.col("split") == "test").sort(kinds, "text", descending=[True, False]).head(1)
    return str(found.select("text").collect().item())
