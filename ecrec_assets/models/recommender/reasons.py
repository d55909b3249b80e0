"""Why an item is in a user's list: its own purchases, or the purchase that speaks loudest for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from ecrec_assets.models.recommender.model import Recommender

POPULAR = "popular with all {buyers}"
UNKNOWN_USER = "unknown {buyer}: popular with all {buyers}"


def reasons(model: Recommender, rows: np.ndarray, columns: np.ndarray) -> pl.Series:
    """One sentence for each place [b, k] of the lists `columns` of the users `rows`, row by row.

    For an item bought before: how often and how long ago. For a new one: the bought item with the largest part in
    its item score, a plain sum of EASE parts over the history and of popularity, or that popularity has the largest.
    """
    purchases = model.snapshot.purchases
    place = np.broadcast_to(rows[:, None], columns.shape)
    baskets = purchases.matrix(purchases.baskets)[place, columns].toarray().ravel()
    last = purchases.matrix(purchases.last)[place, columns].toarray().ravel()
    source = _sources(model, rows, columns)
    facts = pl.DataFrame(
        {
            "times": baskets.astype(np.int64),
            "days": last.astype(np.int64),
            "because": model.item_ids[np.maximum(source, 0).ravel()],
            "popular": source.ravel() < 0,
        }
    )
    return facts.select(_sentence(POPULAR.format(buyers=model.config.buyers))).to_series()


def _sentence(popular: str) -> pl.Expr:
    days = pl.col("days")
    ago = pl.when(days == 0).then(pl.lit("today")).when(days == 1).then(pl.lit("yesterday"))
    last = ago.otherwise(pl.format("{} days ago", days))
    return (
        pl.when(pl.col("times") > 1)
        .then(pl.format("bought {} times, last {}", "times", last))
        .when(pl.col("times") == 1)
        .then(pl.format("bought once, {}", last))
        .when(~pl.col("popular"))
        .then(pl.format("because you bought {}", "because"))
        .otherwise(pl.lit(popular))
        .alias("reason")
    )


def _sources(model: Recommender, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Int64 [b, k]: the history column with the largest part in the item score; -1 where popularity has it."""
    popular = model.snapshot.popular_part(model.config.popularity_weight)
    wanted, place = np.unique(columns, return_inverse=True)
    ease, learned = model.snapshot.ease, model.learned
    spread = ease.spread(learned[:, wanted])
    found = []
    for row, places in zip(rows, place.reshape(columns.shape), strict=True):
        history = model.matrix[row]
        parts = history.data[:, None] * ease.contributions(
            learned[:, history.indices], spread[:, places], ease.diagonal[wanted[places]]
        )
        found.append(_loudest(parts, popular[wanted[places]], history.indices))
    return np.stack(found)


def _loudest(parts: np.ndarray, popular: np.ndarray, history: np.ndarray) -> np.ndarray:
    best = parts.argmax(axis=0)
    return np.where(parts[best, np.arange(len(best))] > popular, history[best], -1)
