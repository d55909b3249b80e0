"""Everything known before one moment: the same code gives the state to learn from and the state to serve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl

from ecrec_assets.models.recommender.candidates import candidate_items
from ecrec_assets.models.recommender.config import RecommenderConfig
from ecrec_assets.models.recommender.ease import Ease, fit_ease
from ecrec_assets.models.recommender.ids import as_array
from ecrec_assets.models.recommender.popularity import Popularity, measure_popularity
from ecrec_assets.models.recommender.purchases import Purchases, count_purchases


class NothingToLearn(ValueError):
    """No candidate item, or no purchase in the days that the mix is fitted on."""


@dataclass(frozen=True)
class Snapshot:
    """Purchases, popularity and EASE of everything before `until`."""

    until: datetime
    as_of: datetime
    purchases: Purchases
    popularity: Popularity
    ease: Ease

    @property
    def matrix(self) -> Any:
        """X of EASE, sparse float32 [H, P]."""
        return self.purchases.matrix(self.purchases.weights())

    def item_scores(self, rows: np.ndarray, matrix: Any) -> np.ndarray:
        """EASE scores of some users, float32 [rows, P]; `matrix` is `self.matrix`, built once by the caller."""
        return self.ease.scores(matrix[rows], matrix[self.ease.learners])

    def popular_part(self, weight: float) -> np.ndarray:
        """What popularity adds to every user's item scores: share of buyers times `weight`, float32 [P]. EASE
        gives most items nothing or less; this tells them apart.
        """
        return np.float32(weight / len(self.purchases.user_ids)) * self.popularity.users


def take_snapshot(lines: pl.LazyFrame, items: pl.LazyFrame, config: RecommenderConfig, *, until: datetime) -> Snapshot:
    """`lines` is what `Columns.of` gives; none from `until` on is read. NothingToLearn when no item is left."""
    known = config.columns.known_before(lines, until)
    ids = as_array(candidate_items(known, items, config).collect()["item"])
    if len(ids) == 0:
        raise NothingToLearn(
            f"before {until:%Y-%m-%d %H:%M} no item that may be recommended was bought by {config.min_buyers} "
            f"{config.buyers}; lower min_buyers or give more lines"
        )
    as_of = known.select(pl.col("time").max()).collect().item()
    purchases = count_purchases(
        known, ids, as_of=as_of, half_lives=config.half_lives, visits_half_life=config.visits_half_life
    )
    popularity = measure_popularity(purchases, horizon_days=float(config.horizon_days))
    ease = fit_ease(purchases.matrix(purchases.weights()), penalty=config.ease_penalty, users=config.ease_users)
    return Snapshot(until, as_of, purchases, popularity, ease)
