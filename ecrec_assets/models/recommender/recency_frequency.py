"""The user's own rhythm: how often and how lately it bought an item, and whether it is due again."""

from __future__ import annotations

import numpy as np

from ecrec_assets.models.recommender.popularity import Popularity
from ecrec_assets.models.recommender.purchases import Purchases

SEASON = 1  # which half-life ranks by recency and frequency alone
TIE_BREAK = np.float32(1e-7)
FEATURES = (
    "bought_lately",
    "bought_this_season",
    "bought_this_year",
    "overdue",
    "bought_again",
    "item_repeat_rate",
    "item_users",
    "item_recent",
    "visits",
    "recent_visits",
    "item_score",
)


def recency_frequency(purchases: Purchases, popularity: Popularity) -> np.ndarray:
    """Decayed number of baskets, float32 [H, P]; popularity, too small to change an order, breaks ties."""
    scores = np.tile(TIE_BREAK * popularity.users, (len(purchases.user_ids), 1))
    scores[purchases.user, purchases.item] += purchases.decayed[:, SEASON]
    return scores


def rhythm_features(purchases: Purchases, popularity: Popularity, item_scores: np.ndarray) -> np.ndarray:
    """Float32 [n, len(FEATURES)] of the bought pairs; `item_scores` [n] are their EASE scores."""
    user, item = purchases.user, purchases.item
    lately, season, year = np.log(purchases.decayed + 0.01).T
    columns = (
        lately,
        season,
        year,
        _overdue(purchases),
        purchases.baskets > 1,
        np.log(popularity.repeat_rate)[item],
        np.log(popularity.users)[item],
        np.log(popularity.recent + 0.1)[item],
        np.log(purchases.visits)[user],
        np.log(purchases.recent_visits + 0.1)[user],
        item_scores,
    )
    return np.stack(columns, axis=1).astype(np.float32)


def _overdue(purchases: Purchases) -> np.ndarray:
    """Log of days since the last purchase over the usual gap (one day at least); 0 for what was bought once."""
    gap = (purchases.first - purchases.last) / np.maximum(purchases.baskets - 1, 1)
    return np.where(purchases.baskets > 1, np.log1p(purchases.last / np.maximum(gap, 1)), 0)
