"""Till lines to one entry a household and product: how often, how lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix

BY_PAIR = ("product", "baskets", "first", "last", "decayed")
DAY = 86_400_000_000.0  # microseconds


@dataclass(frozen=True, slots=True)
class Purchases:
    """H households, P products and their n bought pairs, sorted by household, then product.

    `start` [H+1] gives each household's pairs, as in a CSR matrix; ages are days before the newest line.
    """

    household_ids: np.ndarray  # int64 [H], ascending
    product_ids: np.ndarray  # int64 [P], ascending
    start: np.ndarray  # int64 [H+1]
    product: np.ndarray  # int32 [n], positions in product_ids
    baskets: np.ndarray  # float32 [n], baskets with the product
    first: np.ndarray  # float32 [n], age of the first of them
    last: np.ndarray  # float32 [n], age of the last of them
    decayed: np.ndarray  # float32 [n, half-lives], sum over baskets of 2^(-age / half-life)
    visits: np.ndarray  # float32 [H], baskets of the household
    recent_visits: np.ndarray  # float32 [H], sum over them of 2^(-age / half-life of a visit)

    @property
    def household(self) -> np.ndarray:
        """Row of each pair, int64 [n]."""
        return np.repeat(np.arange(len(self.household_ids)), np.diff(self.start))

    def matrix(self, values: np.ndarray) -> Any:
        """Sparse [H, P] with one value a bought pair."""
        shape = (len(self.household_ids), len(self.product_ids))
        return csr_matrix((values, self.product, self.start), shape=shape)

    def take(self, rows: np.ndarray) -> Purchases:
        """Some households, in the order given."""
        pairs = np.concatenate([np.arange(self.start[row], self.start[row + 1]) for row in rows])
        sizes = self.start[rows + 1] - self.start[rows]
        return replace(
            self,
            household_ids=self.household_ids[rows],
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
    product_ids: np.ndarray,
    *,
    as_of: datetime,
    half_lives: Sequence[float],
    visits_half_life: float,
) -> Purchases:
    """Counts baskets, not lines: the same event delivered twice is one. Sums run in sorted order, so they repeat."""
    events = _events(lines, product_ids, as_of)
    age = events["age"].to_numpy()
    household_ids, household = np.unique(events["household_id"].to_numpy(), return_inverse=True)
    product = np.searchsorted(product_ids, events["product_id"].to_numpy())
    begins = _begins(household, product)
    visits, recent = _visits(events, household, visits_half_life)
    decayed = np.stack([_sums(np.exp2(-age / days), begins) for days in half_lives], axis=1)
    return Purchases(
        household_ids=household_ids,
        product_ids=product_ids,
        start=np.searchsorted(household[begins], np.arange(len(household_ids) + 1)),
        product=product[begins].astype(np.int32),
        baskets=np.diff(np.append(begins, len(age))).astype(np.float32),
        first=np.maximum.reduceat(age, begins).astype(np.float32),
        last=np.minimum.reduceat(age, begins).astype(np.float32),
        decayed=decayed.astype(np.float32),
        visits=visits,
        recent_visits=recent,
    )


def _events(lines: pl.LazyFrame, product_ids: np.ndarray, as_of: datetime) -> pl.DataFrame:
    candidates = pl.LazyFrame({"product_id": product_ids})
    age = (pl.lit(as_of, dtype=pl.Datetime("us")) - pl.col("transaction_timestamp")).dt.total_microseconds() / DAY
    keys = ["household_id", "product_id", "basket_id"]
    return (
        lines.join(candidates, on="product_id", how="semi")
        .group_by(keys)
        .agg(age=age.min())
        .sort(["household_id", "product_id", "age", "basket_id"])
        .collect()
    )


def _begins(household: np.ndarray, product: np.ndarray) -> np.ndarray:
    changes = (np.diff(household) != 0) | (np.diff(product) != 0)
    return np.concatenate([[0], np.flatnonzero(changes) + 1])


def _sums(values: np.ndarray, begins: np.ndarray) -> np.ndarray:
    return np.add.reduceat(values, begins)


def _visits(events: pl.DataFrame, household: np.ndarray, half_life: float) -> tuple[np.ndarray, np.ndarray]:
    baskets = (
        events.select("basket_id", "age", household=pl.Series(household))
        .group_by("household", "basket_id")
        .agg(pl.col("age").min())
        .sort("household", "age", "basket_id")
    )
    rows, age = baskets["household"].to_numpy(), baskets["age"].to_numpy()
    recent = np.bincount(rows, np.exp2(-age / half_life))
    return np.bincount(rows).astype(np.float32), recent.astype(np.float32)
