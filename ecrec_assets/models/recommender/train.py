"""Training: learn the mix one horizon before the end, then take the state at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

from ecrec_assets.models.recommender.calibration import Calibration, count, fit_calibration
from ecrec_assets.models.recommender.config import RecommenderConfig
from ecrec_assets.models.recommender.mix import Mix, blocks, fit_mix
from ecrec_assets.models.recommender.model import Recommender
from ecrec_assets.models.recommender.outcomes import outcomes
from ecrec_assets.models.recommender.snapshot import NothingToLearn, Snapshot, take_snapshot


def train_recommender(
    lines: pl.LazyFrame, products: pl.LazyFrame, *, config: RecommenderConfig, last_week: int
) -> Recommender:
    """Learns from `lines` of weeks up to `last_week` and reads no other.

    The mix and its calibration are fitted on what was known `horizon_weeks` earlier against what followed; then the
    same features are taken at `last_week`. NothingToLearn when there is no candidate or nothing followed.
    """
    known = lines.filter(pl.col("week") <= last_week)
    with threadpool_limits(config.threads):
        mix, calibration = _learn(known, products, config, last_week)
        return Recommender(config, take_snapshot(known, products, config, last_week=last_week), mix, calibration)


def _learn(
    lines: pl.LazyFrame, products: pl.LazyFrame, config: RecommenderConfig, last_week: int
) -> tuple[Mix, Calibration]:
    cut = last_week - config.horizon_weeks
    earlier = take_snapshot(lines, products, config, last_week=cut)
    bought = outcomes(lines, earlier.purchases, first_week=cut + 1, last_week=last_week)
    if bought.nnz == 0:
        raise NothingToLearn(f"no household known up to week {cut} bought a candidate in weeks {cut + 1}-{last_week}")
    mix = fit_mix(earlier, bought, config)
    return mix, fit_calibration(count(_scored(earlier, mix, bought, config)))


def _scored(
    earlier: Snapshot, mix: Mix, bought: Any, config: RecommenderConfig
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Log-odds and outcome of every household x candidate pair, a block of households at a time."""
    uncalibrated = Recommender(config, earlier, mix, Calibration(np.zeros(1), np.zeros(1), 0.0))
    for rows in blocks(len(uncalibrated.household_ids), config.block):
        yield uncalibrated.score_block(uncalibrated.household_ids[rows]), bought[rows].toarray()
