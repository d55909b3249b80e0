"""Temperature scaling: one number that makes a trained tagger's probabilities mean what they say.

calibrate(folder, queries)  # writes temperature.json beside the weights; Tagger.load applies it
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

FILE = "temperature.json"
COLDEST, HOTTEST = 0.05, 20.0


class TemperatureError(ValueError):
    """A temperature that is no positive number; the message names the file."""


class Fit(NamedTuple):
    """`before` and `after`: mean -log probability of a word's given tag, in nats, on the `words` it was fitted on."""

    temperature: float
    before: float
    after: float
    words: int


def read_temperature(folder: Path) -> float:
    """What the logits of the model in `folder` are divided by; 1 where it was not calibrated. TemperatureError."""
    path = folder / FILE
    if not path.exists():
        return 1.0
    try:
        found = float(json.loads(path.read_text(encoding="utf-8"))["temperature"])
    except (ValueError, TypeError, KeyError) as error:
        raise TemperatureError(f"{path} holds no temperature: {error!r}. Remove it or calibrate again.") from error
    if not COLDEST <= found <= HOTTEST:
        raise TemperatureError(f"{path}: the temperature is {found}, not between {COLDEST} and {HOTTEST}")
    return found


def calibrate(folder: Path, queries: pl.LazyFrame) -> Fit:
    """Fits the temperature of the model in `folder` on split `validation` of `queries` (tokens, tags, split).

    The tags it finds stay the same, only their probabilities move. An earlier temperature is replaced. ValueError where
    no word is in validation.
    """
    from ecrec_assets.models.tagger.predict import Tagger

    (folder / FILE).unlink(missing_ok=True)
    rows = queries.filter(pl.col("split") == "validation").select("tokens", "tags").collect()
    tagger = Tagger.load(folder)
    found = fit_temperature(tagger.probabilities(rows["tokens"].to_list()), rows["tags"].to_list(), tagger.labels.ids)
    (folder / FILE).write_text(json.dumps(found._asdict(), indent=2) + "\n", encoding="utf-8")
    return found


def fit_temperature(
    probabilities: Sequence[NDArray[np.floating]], tags: Sequence[Sequence[str]], ids: dict[str, int]
) -> Fit:
    """The temperature of least -log likelihood (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017).

    `probabilities`: words x tags of each query. Words of unknown tag, or that the model has no say on, do not count.
    """
    from scipy.optimize import minimize_scalar

    rows = [row for of_query in probabilities for row in of_query]
    gold = np.array([ids.get(tag, -1) for of_query in tags for tag in of_query])
    every = np.array(rows, dtype=np.float64).reshape(-1, len(ids))
    counted = (gold >= 0) & (every > 0).all(axis=1)
    if not counted.any():
        raise ValueError("there is no labelled word in split 'validation' to fit the temperature on")
    logs, gold = np.log(every[counted]), gold[counted]

    def loss(log_temperature: float) -> float:
        calm = logs * math.exp(-log_temperature)
        top = calm.max(axis=1)
        total = top + np.log(np.exp(calm - top[:, None]).sum(axis=1))
        return float((total - calm[np.arange(len(gold)), gold]).mean())

    bounds = (math.log(COLDEST), math.log(HOTTEST))
    best = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-5})
    return Fit(math.exp(best.x), loss(0.0), float(best.fun), len(gold))
