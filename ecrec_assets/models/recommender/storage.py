"""A recommender on disk: `arrays.safetensors` and `recommender.json`; no pickle, so loading runs no code.

Ids of text stand in the JSON file, whole numbers among the arrays.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from ecrec_assets.models.recommender.calibration import Calibration, Calibrations
from ecrec_assets.models.recommender.config import RecommenderConfig
from ecrec_assets.models.recommender.ease import Ease
from ecrec_assets.models.recommender.mix import Head, Mix
from ecrec_assets.models.recommender.popularity import Popularity
from ecrec_assets.models.recommender.purchases import Purchases
from ecrec_assets.models.recommender.snapshot import Snapshot

FORMAT = 2
ARRAYS, FACTS = "arrays.safetensors", "recommender.json"
PURCHASES = tuple(field.name for field in fields(Purchases))
IDS = ("user_ids", "item_ids")  # text does not fit into safetensors


class Parts(NamedTuple):
    """What a recommender is made of, in the order of its fields."""

    config: RecommenderConfig
    snapshot: Snapshot
    mix: Mix
    calibrations: Calibrations


class ModelFileError(ValueError):
    """A folder that holds no recommender this version can read."""


def write(model: Parts, folder: Path) -> None:
    """Writes both files into `folder`, which is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {name: array for name, array in _arrays(model).items() if array.dtype.kind != "U"}
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, folder / ARRAYS)
    (folder / FACTS).write_text(json.dumps(_facts(model), indent=2) + "\n", encoding="utf-8")


def read(folder: Path) -> Parts:
    """What `write` wrote. ModelFileError when a file is missing, damaged or of another format."""
    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        if facts.get("format") != FORMAT:
            raise ModelFileError(
                f"{folder / FACTS}: format {facts.get('format')}, this version reads {FORMAT}; train it again"
            )
        return _parts(load_file(folder / ARRAYS), facts)
    except (OSError, json.JSONDecodeError, KeyError, TypeError, SafetensorError) as error:
        raise ModelFileError(f"{folder} holds no complete recommender ({error}); train and write it again") from error


def _arrays(model: Parts) -> dict[str, np.ndarray]:
    snapshot, mix = model.snapshot, model.mix
    purchases = {f"purchases.{name}": getattr(snapshot.purchases, name) for name in PURCHASES}
    popularity = {f"popularity.{name}": array for name, array in snapshot.popularity._asdict().items()}
    return {
        **purchases,
        **popularity,
        "ease.kernel": snapshot.ease.kernel,
        "ease.learners": snapshot.ease.learners,
        "ease.diagonal": snapshot.ease.diagonal,
        "mix.rhythm": mix.rhythm.weights,
        "mix.discovery": mix.discovery.weights,
        **{f"rhythm.{name}": array for name, array in model.calibrations.rhythm._asdict().items()},
        **{f"discovery.{name}": array for name, array in model.calibrations.discovery._asdict().items()},
    }


def _facts(model: Parts) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "config": model.config.model_dump(mode="json"),
        "until": model.snapshot.until.isoformat(),
        "as_of": model.snapshot.as_of.isoformat(),
        "ease_penalty": model.snapshot.ease.penalty,
        "rhythm_intercept": model.mix.rhythm.intercept,
        "discovery_intercept": model.mix.discovery.intercept,
        "threshold": model.calibrations.threshold,
        "text_ids": {name: ids.tolist() for name, ids in _ids(model.snapshot.purchases) if ids.dtype.kind == "U"},
    }


def _ids(purchases: Purchases) -> Iterator[tuple[str, np.ndarray]]:
    return ((name, getattr(purchases, name)) for name in IDS)


def _parts(arrays: dict[str, np.ndarray], facts: dict[str, Any]) -> Parts:
    texts = facts["text_ids"]

    def array(name: str) -> np.ndarray:
        return np.asarray(texts[name], dtype=np.str_) if name in texts else arrays[f"purchases.{name}"]

    ease = Ease(arrays["ease.kernel"], arrays["ease.learners"], arrays["ease.diagonal"], facts["ease_penalty"])
    snapshot = Snapshot(
        until=datetime.fromisoformat(facts["until"]),
        as_of=datetime.fromisoformat(facts["as_of"]),
        purchases=Purchases(**{name: array(name) for name in PURCHASES}),
        popularity=Popularity(**{name: arrays[f"popularity.{name}"] for name in Popularity._fields}),
        ease=ease,
    )
    mix = Mix(
        Head(arrays["mix.rhythm"], facts["rhythm_intercept"]),
        Head(arrays["mix.discovery"], facts["discovery_intercept"]),
    )
    rhythm, discovery = (
        Calibration(arrays[f"{head}.raw"], arrays[f"{head}.calibrated"]) for head in ("rhythm", "discovery")
    )
    calibrations = Calibrations(rhythm, discovery, facts["threshold"])
    return Parts(RecommenderConfig.model_validate(facts["config"]), snapshot, mix, calibrations)
