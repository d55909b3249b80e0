"""The plan of a search for the query tagger's settings."""

from pathlib import Path
from typing import Any

import polars as pl

from ecrec_assets.components.tuning.plan import OnEpoch, Plan
from ecrec_assets.models.tagger.config import TaggerConfig
from ecrec_assets.models.tagger.search_space import SearchSpace

OBJECTIVE = "validation_span_f1"
READ = ("train", "validation")  # never test


def search_plan(
    queries: pl.LazyFrame,
    config: TaggerConfig,
    *,
    types: tuple[str, ...],
    base: Path | str,
    table: str,
    version: int,
    space: SearchSpace,
) -> Plan:
    """Trials train on the splits train and validation of `queries`; other rows are not even read.

    `config` are the settings of a training today. Raises SpaceError for a space that the tagger does not know.
    """
    space.checked(config)
    learned_from = queries.filter(pl.col("split").is_in(READ))
    spans = learned_from.filter(split="validation").select(pl.col("tags").explode().str.starts_with("B-").sum())

    def train(settings: dict[str, Any], folder: Path, on_epoch: OnEpoch) -> tuple[dict[str, float], ...]:
        from ecrec_assets.models.tagger.train import train as train_tagger

        tried = TaggerConfig.model_validate({**config.model_dump(), **settings})
        return train_tagger(learned_from, tried, types=types, base=base, folder=folder, on_epoch=on_epoch).history

    return Plan(
        model="query_tagger",
        table=table,
        version=version,
        objective=OBJECTIVE,
        space=space,
        start=space.start(config),
        settings={**config.model_dump(exclude={"threads"}), "base": str(base), "types": list(types)},
        support=spans.collect().item(),
        train=train,
    )
