"""Everything known at the end of one week: the same code gives the state to learn from and the state to serve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl

from ecrec_assets.models.recommender.candidates import candidate_products
from ecrec_assets.models.recommender.config import RecommenderConfig
from ecrec_assets.models.recommender.ease import Ease, fit_ease
from ecrec_assets.models.recommender.popularity import Popularity, measure_popularity
from ecrec_assets.models.recommender.purchases import Purchases, count_purchases


class NothingToLearn(ValueError):
    """No candidate product, or no purchase in the weeks that the mix is fitted on."""


@dataclass(frozen=True)
class Snapshot:
    """Purchases, popularity and EASE as of `last_week`."""

    last_week: int
    as_of: datetime
    purchases: Purchases
    popularity: Popularity
    ease: Ease

    @property
    def matrix(self) -> Any:
        """X of EASE, sparse float32 [H, P]."""
        return self.purchases.matrix(self.purchases.weights())

    def item_scores(self, rows: np.ndarray, matrix: Any) -> np.ndarray:
        """EASE scores of some households, float32 [rows, P]; `matrix` is `self.matrix`, built once by the caller."""
        return self.ease.scores(matrix[rows], matrix[self.ease.learners])

    def popular_part(self, weight: float) -> np.ndarray:
        """What popularity adds to every household's item scores: share of buyers times `weight`, float32 [P]. EASE
        gives most products nothing or less; this tells them apart.
        """
        return np.float32(weight / len(self.purchases.household_ids)) * self.popularity.households


def take_snapshot(
    lines: pl.LazyFrame, products: pl.LazyFrame, config: RecommenderConfig, *, last_week: int
) -> Snapshot:
    """Reads no line after `last_week`. NothingToLearn when no product is left to recommend."""
    known = lines.filter(pl.col("week") <= last_week)
    ids = candidate_products(known, products, config).collect()["product_id"].to_numpy()
    if len(ids) == 0:
        raise NothingToLearn(
            f"up to week {last_week} no product of a kept department was bought by {config.min_households} households; "
            "lower min_households or give more lines"
        )
    as_of = known.select(pl.col("transaction_timestamp").max()).collect().item()
    purchases = count_purchases(
        known, ids, as_of=as_of, half_lives=config.half_lives, visits_half_life=config.visits_half_life
    )
    popularity = measure_popularity(purchases, horizon_days=7.0 * config.horizon_weeks)
    ease = fit_ease(
        purchases.matrix(purchases.weights()), penalty=config.ease_penalty, households=config.ease_households
    )
    return Snapshot(last_week, as_of, purchases, popularity, ease)
