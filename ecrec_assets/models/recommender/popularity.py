"""What everybody buys: the baseline, the trend, and the answer for a user nobody knows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ecrec_assets.models.recommender.purchases import Purchases

BUYERS_BEFORE = 20.0  # buyers an item needs before its own trend counts more than the usual one
REPEATS_BEFORE = (2.0, 8.0)  # repeat buyers and buyers assumed of every item


class Popularity(NamedTuple):
    """Float32 arrays over the P items."""

    users: np.ndarray  # users that ever bought it
    recent: np.ndarray  # purchases, each halved every shortest half-life
    share: np.ndarray  # share of all users that bought it in the last `horizon` days
    repeat_rate: np.ndarray  # share of its buyers who bought it twice or more

    @property
    def trend(self) -> np.ndarray:
        """Recent purchases per buyer: high for what is in season or on offer now."""
        return (self.recent + 0.5) / (self.users + BUYERS_BEFORE)


def measure_popularity(purchases: Purchases, *, horizon_days: float) -> Popularity:
    """Counts by item. Each item has at least one buyer, by the choice of candidates."""
    size = len(purchases.item_ids)

    def total(weights: np.ndarray | None = None) -> np.ndarray:
        return np.bincount(purchases.item, weights, minlength=size)

    users = total()
    repeats = total((purchases.baskets > 1).astype(float))
    lately = total((purchases.last < horizon_days).astype(float))
    add, to = REPEATS_BEFORE
    return Popularity(
        users.astype(np.float32),
        total(purchases.decayed[:, 0]).astype(np.float32),
        (lately / len(purchases.user_ids)).astype(np.float32),
        ((repeats + add) / (users + to)).astype(np.float32),
    )
