from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from ecrec_assets.components.challenger import require_challenger
from ecrec_assets.components.gated_asset import gated_asset
from ecrec_assets.components.model_gate import ModelFacts, model_gate
from ecrec_assets.components.trained_model import trained_model
from ecrec_assets.settings import get_settings

QUERIES = 12_000
SEED = 1
GROUP = "query_tagger"


@gated_asset("datasets/queries", group=GROUP, reads={"products": "datasets/products", "lines": "datasets/transactions"})
def queries(products: pl.LazyFrame, lines: pl.LazyFrame) -> pl.LazyFrame:
    """Queries made from the catalogue and paid prices, tagged as they are made (distant supervision)."""
    from ecrec_assets.prepare.median_prices import median_prices
    from ecrec_assets.prepare.queries import weak_queries

    return weak_queries(products, median_prices(lines), count=QUERIES, seed=SEED)


def _parameters() -> Mapping[str, object]:
    return {"seed": SEED, "threads": get_settings().threads, "base_model": get_settings().base_model or "bundled"}


@trained_model(
    "query_tagger",
    group=GROUP,
    reads={"queries": "datasets/queries"},
    parameters=_parameters,
    kinds=("torch", "transformers", "mlflow"),
)
def challenger(run: Any, folder: Path, queries: pl.LazyFrame) -> Path:
    """Token classification on a BERT-family base model: item, category and price in a shopper's query."""
    from ecrec_assets.models.tagger.base import bundled_checkpoint
    from ecrec_assets.models.tagger.train import TaggerConfig, train

    config = TaggerConfig(seed=SEED, threads=get_settings().threads)
    run.text("tagger.json", config.model_dump_json(indent=2))

    def on_epoch(metrics: dict[str, float]) -> None:
        run.epoch(metrics, step=int(metrics["epoch"]))

    base = get_settings().base_model or bundled_checkpoint()
    return train(queries, config, base=base, folder=folder, on_epoch=on_epoch).folder


def _challenger_state() -> str:
    return require_challenger("query_tagger").fingerprint


@gated_asset(
    "evaluations/query_tagger",
    group=GROUP,
    reads={"queries": "datasets/queries"},
    source=_challenger_state,
    after=("challengers/query_tagger",),
    kinds=("torch", "deltalake"),
)
def evaluation(queries: pl.LazyFrame) -> pl.LazyFrame:
    """Token accuracy and span F1 of the challenger on queries with items it has never seen, by slice."""
    from ecrec_assets.evaluate.tagging import tagging_metrics
    from ecrec_assets.models.tagger.predict import Tagger

    state = require_challenger("query_tagger")
    held_out = queries.filter(pl.col("split").is_in(["validation", "test"])).collect()
    found = Tagger.load(Path(state.folder)).tag_words(held_out["tokens"].to_list())
    predicted = held_out.with_columns(predicted=pl.Series([answer.tags for answer in found], dtype=pl.List(pl.String)))
    return tagging_metrics(predicted.lazy(), model_run=state.run_id)


def _describe(_: Path, metrics: pl.DataFrame) -> ModelFacts:
    from ecrec_assets.lake.store import Lake
    from ecrec_assets.models.tagger.card import model_card
    from ecrec_assets.models.tagger.train import TaggerConfig

    config = TaggerConfig(seed=SEED, threads=get_settings().threads)
    base = get_settings().base_model or "all-MiniLM-L6-v2, 22.7 M parameters"
    queries = Lake(get_settings().lake).read("datasets/queries")
    return ModelFacts(
        inputs={"query": pl.String()},
        outputs={
            "type": pl.String(),
            "text": pl.String(),
            "start": pl.Int64(),
            "end": pl.Int64(),
            "score": pl.Float64(),
        },
        example=pl.DataFrame({"query": ["cheap shredded cheese under $3"]}),
        card=model_card(metrics.lazy(), config, base=base, queries=queries),
    )


model: dg.AssetsDefinition = model_gate(
    "query_tagger", group=GROUP, primary="test/span_f1", tolerance=0.002, describe=_describe
)
