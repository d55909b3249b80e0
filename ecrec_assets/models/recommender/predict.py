"""The lists: the best k candidates of each household, with score, probability and reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

from ecrec_assets.models.recommender.mix import blocks
from ecrec_assets.models.recommender.reasons import UNKNOWN_HOUSEHOLD, reasons

if TYPE_CHECKING:
    from ecrec_assets.models.recommender.model import Recommender

SCHEMA = pl.Schema(
    {
        "household_id": pl.Int64(),
        "product_id": pl.Int64(),
        "rank": pl.Int64(),
        "score": pl.Float64(),
        "z": pl.Float64(),
        "reason": pl.String(),
    }
)


def recommend(
    model: Recommender, household_ids: Iterable[int], k: int, *, exclude_history: bool = False
) -> pl.DataFrame:
    """One row a household and rank 1..k, households in the order given, each once; fewer rows where candidates end.

    `score` is the log-odds that ranks, `z` the calibrated probability of a purchase within the horizon. A household
    without history gets what most households bought within the last horizon; its `z` is their share, its `reason` says
    so. ValueError for k below 1.
    """
    if k < 1:
        raise ValueError(f"k is the length of a list and must be at least 1, not {k}")
    asked = pl.Series("household_id", list(household_ids), dtype=pl.Int64).unique(maintain_order=True).to_numpy()
    known = asked[np.isin(asked, model.household_ids)]
    unknown = np.setdiff1d(asked, known)
    with threadpool_limits(model.config.threads):
        lists = pl.concat([SCHEMA.to_frame(), *_known(model, known, k, exclude_history), *_unknown(model, unknown, k)])
    order = pl.DataFrame({"household_id": asked}).with_row_index("_order")
    return lists.join(order, on="household_id").sort("_order", "rank").drop("_order")


def _known(model: Recommender, household_ids: np.ndarray, k: int, exclude_history: bool) -> Iterator[pl.DataFrame]:
    for block in blocks(len(household_ids), model.config.block):
        ids = household_ids[block]
        scores = model.score_block(ids)
        if exclude_history:
            scores[model.history_block(ids)] = -np.inf
        top = model.rank(scores, k)
        chosen = np.take_along_axis(scores, top, axis=1)
        why = reasons(model, model.rows(ids), np.maximum(top, 0))
        lists = _rows(model, ids, top, chosen, model.probability(chosen)).with_columns(reason=why)
        yield lists.filter(pl.Series(top.ravel() >= 0))


def _unknown(model: Recommender, household_ids: np.ndarray, k: int) -> Iterator[pl.DataFrame]:
    if len(household_ids) == 0:
        return
    share = (model.snapshot.popularity.share.astype(float) * len(model.household_ids) + 0.5) / (
        len(model.household_ids) + 1
    )
    top = model.rank(share[None, :], k)
    top = np.repeat(top[:, top[0] >= 0], len(household_ids), axis=0)
    z = share[top]
    yield _rows(model, household_ids, top, np.log(z / (1 - z)), z).with_columns(reason=pl.lit(UNKNOWN_HOUSEHOLD))


def _rows(
    model: Recommender, household_ids: np.ndarray, top: np.ndarray, score: np.ndarray, z: np.ndarray
) -> pl.DataFrame:
    count, k = top.shape
    columns = {
        "household_id": np.repeat(household_ids, k),
        "product_id": model.product_ids[top.ravel()],
        "rank": np.tile(np.arange(1, k + 1), count),
        "score": score.ravel().astype(np.float64),
        "z": z.ravel().astype(np.float64),
    }
    return pl.DataFrame(columns)
