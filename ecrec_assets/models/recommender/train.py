"""Training: learn the mix one horizon before the end, then take the state at the end."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

from ecrec_assets.models.recommender.calibration import NOTHING, Calibrations, count, fit_calibrations
from ecrec_assets.models.recommender.config import RecommenderConfig
from ecrec_assets.models.recommender.mix import Mix, blocks, fit_mix, mixed
from ecrec_assets.models.recommender.model import Recommender
from ecrec_assets.models.recommender.outcomes import outcomes
from ecrec_assets.models.recommender.snapshot import NothingToLearn, Snapshot, take_snapshot


def train_recommender(
    lines: pl.LazyFrame, products: pl.LazyFrame, *, config: RecommenderConfig, last_week: int
) -> Recommender:
    """Learns from `lines` of weeks up to `last_week` and reads no other.

    The mix and its calibrations are fitted on what was known `horizon_weeks` earlier against what followed; then the
    same features are taken at `last_week`. NothingToLearn when there is no candidate or nothing followed.
    """
    known = lines.filter(pl.col("week") <= last_week)
    with threadpool_limits(config.threads):
        mix, calibrations = _learn(known, products, config, last_week)
        now = take_snapshot(known, products, config, last_week=last_week)
        return Recommender(config, now, mix, calibrations)


def _learn(
    lines: pl.LazyFrame, products: pl.LazyFrame, config: RecommenderConfig, last_week: int
) -> tuple[Mix, Calibrations]:
    cut = last_week - config.horizon_weeks
    earlier = take_snapshot(lines, products, config, last_week=cut)
    bought = outcomes(lines, earlier.purchases, first_week=cut + 1, last_week=last_week)
    if bought.nnz == 0:
        raise NothingToLearn(f"no household known up to week {cut} bought a candidate in weeks {cut + 1}-{last_week}")
    mix = fit_mix(earlier, bought, config)
    return mix, _calibrate(earlier, mix, bought, config)


def _calibrate(earlier: Snapshot, mix: Mix, bought: Any, config: RecommenderConfig) -> Calibrations:
    """Counts every household x candidate pair, a block of households at a time."""
    rhythm = discovery = NOTHING
    matrix = earlier.matrix
    for rows in blocks(len(earlier.purchases.household_ids), config.block):
        raw = mixed(earlier, mix, rows, earlier.item_scores(rows, matrix), config)
        answer, new = bought[rows].toarray(), np.ones(raw.new.shape, dtype=bool)
        new[raw.household, raw.product] = False
        rhythm += count(raw.bought, answer[raw.household, raw.product])
        discovery += count(raw.new[new], answer[new])
    return fit_calibrations(rhythm, discovery)
