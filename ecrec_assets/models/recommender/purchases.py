"""Till lines to one entry a user and item: how often, how lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix

from ecrec_assets.models.recommender.ids import as_array

BY_PAIR = ("item", "baskets", "first", "last", "decayed")
DAY = 86_400_000_000.0  # microseconds


@dataclass(frozen=True, slots=True)
class Purchases:
    """H users, P items and their n bought pairs, sorted by user, then item.

    `start` [H+1] gives each user's pairs, as in a CSR matrix; ages are days before the newest line.
    """

    user_ids: np.ndarray  # int64 or str_ [H], ascending
    item_ids: np.ndarray  # int64 or str_ [P], ascending
    start: np.ndarray  # int64 [H+1]
    item: np.ndarray  # int32 [n], positions in item_ids
    baskets: np.ndarray  # float32 [n], baskets with the item
    first: np.ndarray  # float32 [n], age of the first of them
    last: np.ndarray  # float32 [n], age of the last of them
    decayed: np.ndarray  # float32 [n, half-lives], sum over baskets of 2^(-age / half-life)
    visits: np.ndarray  # float32 [H], baskets of the user
    recent_visits: np.ndarray  # float32 [H], sum over them of 2^(-age / half-life of a visit)

    @property
    def user(self) -> np.ndarray:
        """Row of each pair, int64 [n]."""
        return np.repeat(np.arange(len(self.user_ids)), np.diff(self.start))

    def matrix(self, values: np.ndarray) -> Any:
        """Sparse [H, P] with one value a bought pair."""
        shape = (len(self.user_ids), len(self.item_ids))
        return csr_matrix((values, self.item, self.start), shape=shape)

    def take(self, rows: np.ndarray) -> Purchases:
        """Some users, in the order given."""
        pairs = np.concatenate([np.arange(self.start[row], self.start[row + 1]) for row in rows])
        sizes = self.start[rows + 1] - self.start[rows]
        return replace(
            self,
            user_ids=self.user_ids[rows],
            start=np.concatenate([[0], np.cumsum(sizes)]),
            visits=self.visits[rows],
            recent_visits=self.recent_visits[rows],
            **{name: getattr(self, name)[pairs] for name in BY_PAIR},
        )

    def weights(self) -> np.ndarray:
        """What a pair weighs in EASE: log(1 + baskets), float32 [n]. The tenth basket says less than the second."""
        return np.log1p(self.baskets)


def count_purchases(
    lines: pl.LazyFrame,
    item_ids: np.ndarray,
    *,
    as_of: datetime,
    half_lives: Sequence[float],
    visits_half_life: float,
) -> Purchases:
    """`lines` has user, item, basket and time. Counts baskets, not lines: the same event delivered
    twice is one. Sums run in sorted order, so they repeat.
    """
    events = _events(lines, item_ids, as_of)
    age = events["age"].to_numpy()
    user_ids, user = np.unique(as_array(events["user"]), return_inverse=True)
    item = np.searchsorted(item_ids, as_array(events["item"]))
    begins = _begins(user, item)
    visits, recent = _visits(events, user, visits_half_life)
    decayed = np.stack([_sums(np.exp2(-age / days), begins) for days in half_lives], axis=1)
    return Purchases(
        user_ids=user_ids,
        item_ids=item_ids,
        start=np.searchsorted(user[begins], np.arange(len(user_ids) + 1)),
        item=item[begins].astype(np.int32),
        baskets=np.diff(np.append(begins, len(age))).astype(np.float32),
        first=np.maximum.reduceat(age, begins).astype(np.float32),
        last=np.minimum.reduceat(age, begins).astype(np.float32),
        decayed=decayed.astype(np.float32),
        visits=visits,
        recent_visits=recent,
    )


def _events(lines: pl.LazyFrame, item_ids: np.ndarray, as_of: datetime) -> pl.DataFrame:
    candidates = pl.LazyFrame({"item": item_ids})
    age = (pl.lit(as_of, dtype=pl.Datetime("us")) - pl.col("time")).dt.total_microseconds() / DAY
    return (
        lines.join(candidates, on="item", how="semi")
        .group_by("user", "item", "basket")
        .agg(age=age.min())
        .sort("user", "item", "age", "basket")
        .collect()
    )


def _begins(user: np.ndarray, item: np.ndarray) -> np.ndarray:
    changes = (np.diff(user) != 0) | (np.diff(item) != 0)
    return np.concatenate([[0], np.flatnonzero(changes) + 1])


def _sums(values: np.ndarray, begins: np.ndarray) -> np.ndarray:
    return np.add.reduceat(values, begins)


def _visits(events: pl.DataFrame, user: np.ndarray, half_life: float) -> tuple[np.ndarray, np.ndarray]:
    baskets = (
        events.select("basket", "age", user=pl.Series(user))
        .group_by("user", "basket")
        .agg(pl.col("age").min())
        .sort("user", "age", "basket")
    )
    rows, age = baskets["user"].to_numpy(), baskets["age"].to_numpy()
    recent = np.bincount(rows, np.exp2(-age / half_life))
    return np.bincount(rows).astype(np.float32), recent.astype(np.float32)
