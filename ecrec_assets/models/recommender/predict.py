"""The lists: the best k candidates of each user, with score, probability and reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

from ecrec_assets.models.recommender.ids import as_array, as_series, dtype_of
from ecrec_assets.models.recommender.mix import blocks
from ecrec_assets.models.recommender.reasons import UNKNOWN_USER, reasons

if TYPE_CHECKING:
    from ecrec_assets.models.recommender.model import Recommender

RANKED = {"rank": pl.Int64(), "score": pl.Float64(), "z": pl.Float64(), "reason": pl.String()}


def list_schema(model: Recommender) -> pl.Schema:
    """The shop's own names and types of user and item, then rank, score, z and reason."""
    columns = model.columns
    ids = {columns.user: dtype_of(model.user_ids), columns.item: dtype_of(model.item_ids)}
    return pl.Schema({**ids, **RANKED})


def recommend(model: Recommender, user_ids: Iterable[Any], k: int, *, exclude_history: bool = False) -> pl.DataFrame:
    """One row a user and rank 1..k, users in the order given, each once; fewer rows where candidates end.

    `score` is the log-odds that ranks, `z` the calibrated probability of a purchase within the horizon. A user
    without history gets what most users bought within the last horizon; its `z` is their share, its `reason` says
    so. ValueError for k below 1, TypeError for an id that is text where the others are numbers.
    """
    if k < 1:
        raise ValueError(f"k is the length of a list and must be at least 1, not {k}")
    user = model.columns.user
    asked = as_array(as_series(user, user_ids, model.user_ids).unique(maintain_order=True))
    known = asked[np.isin(asked, model.user_ids)]
    unknown = np.setdiff1d(asked, known)
    with threadpool_limits(model.config.threads):
        empty = list_schema(model).to_frame()
        lists = pl.concat([empty, *_known(model, known, k, exclude_history), *_unknown(model, unknown, k)])
    order = pl.DataFrame({user: asked}, schema={user: lists.schema[user]}).with_row_index("_order")
    return lists.join(order, on=user).sort("_order", "rank").drop("_order")


def _known(model: Recommender, user_ids: np.ndarray, k: int, exclude_history: bool) -> Iterator[pl.DataFrame]:
    for block in blocks(len(user_ids), model.config.block):
        ids = user_ids[block]
        scores = model.score_block(ids)
        if exclude_history:
            scores[model.history_block(ids)] = -np.inf
        top = model.rank(scores, k)
        chosen = np.take_along_axis(scores, top, axis=1)
        why = reasons(model, model.rows(ids), np.maximum(top, 0))
        lists = _rows(model, ids, top, chosen, model.probability(chosen)).with_columns(reason=why)
        yield lists.filter(pl.Series(top.ravel() >= 0))


def _unknown(model: Recommender, user_ids: np.ndarray, k: int) -> Iterator[pl.DataFrame]:
    if len(user_ids) == 0:
        return
    share = (model.snapshot.popularity.share.astype(float) * len(model.user_ids) + 0.5) / (len(model.user_ids) + 1)
    top = model.rank(share[None, :], k)
    top = np.repeat(top[:, top[0] >= 0], len(user_ids), axis=0)
    z = share[top]
    reason = UNKNOWN_USER.format(buyer=model.config.buyer, buyers=model.config.buyers)
    yield _rows(model, user_ids, top, np.log(z / (1 - z)), z).with_columns(reason=pl.lit(reason))


def _rows(model: Recommender, user_ids: np.ndarray, top: np.ndarray, score: np.ndarray, z: np.ndarray) -> pl.DataFrame:
    count, k = top.shape
    columns = {
        model.columns.user: np.repeat(user_ids, k),
        model.columns.item: model.item_ids[top.ravel()],
        "rank": np.tile(np.arange(1, k + 1), count),
        "score": score.ravel().astype(np.float64),
        "z": z.ravel().astype(np.float64),
    }
    return pl.DataFrame(columns)
