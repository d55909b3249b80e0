"""Training: learn the mix one horizon before the end, then take the state at the end."""

from __future__ import annotations

from datetime import datetime
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
    lines: pl.LazyFrame, items: pl.LazyFrame, *, config: RecommenderConfig, until: datetime
) -> Recommender:
    """Learns from `lines` before `until` (UTC) and reads no other; `items` is the catalogue.

    The mix and its calibrations are fitted on what was known `horizon_days` earlier against what followed; then the
    same features are taken at `until`. NothingToLearn when there is no candidate or nothing followed.
    """
    known = config.columns.of(lines).filter(pl.col("time") < until)
    with threadpool_limits(config.threads):
        mix, calibrations = _learn(known, items, config, until)
        now = take_snapshot(known, items, config, until=until)
        return Recommender(config, now, mix, calibrations)


def _learn(
    lines: pl.LazyFrame, items: pl.LazyFrame, config: RecommenderConfig, until: datetime
) -> tuple[Mix, Calibrations]:
    cut = config.columns.days_after(until, -config.horizon_days)
    earlier = take_snapshot(lines, items, config, until=cut)
    afterwards = config.columns.known_before(lines, until)
    bought = outcomes(afterwards, earlier.purchases, begin=cut, end=until)
    if bought.nnz == 0:
        raise NothingToLearn(
            f"none of the {config.buyers} known before {cut:%Y-%m-%d %H:%M} bought a candidate in the "
            f"{config.horizon_days} days from then on"
        )
    mix = fit_mix(earlier, bought, config)
    return mix, _calibrate(earlier, mix, bought, config)


def _calibrate(earlier: Snapshot, mix: Mix, bought: Any, config: RecommenderConfig) -> Calibrations:
    """Counts every user x candidate pair, a block of users at a time."""
    rhythm = discovery = NOTHING
    matrix = earlier.matrix
    for rows in blocks(len(earlier.purchases.user_ids), config.block):
        raw = mixed(earlier, mix, rows, earlier.item_scores(rows, matrix), config)
        answer, new = bought[rows].toarray(), np.ones(raw.new.shape, dtype=bool)
        new[raw.user, raw.item] = False
        rhythm += count(raw.bought, answer[raw.user, raw.item])
        discovery += count(raw.new[new], answer[new])
    return fit_calibrations(rhythm, discovery)
