"""The weeks after training: who bought what, and what a ranker must offer to be judged by them."""

from __future__ import annotations

from typing import Literal, NamedTuple, Protocol

import numpy as np
import polars as pl

Component = Literal["mix", "recency_frequency", "ease", "popularity"]
COMPONENTS: tuple[Component, ...] = ("mix", "recency_frequency", "ease", "popularity")


class Ranker(Protocol):
    """A trained recommender; every block has a row a household asked for and a column a candidate."""

    @property
    def household_ids(self) -> np.ndarray:
        """Households of the training, int64 [H], ascending."""

    @property
    def product_ids(self) -> np.ndarray:
        """Candidates, int64 [P], ascending: products that enough households bought in training."""

    @property
    def last_week(self) -> int:
        """Last week of training."""

    @property
    def threshold(self) -> float:
        """Probability from which it says 'will buy'."""

    def score_block(self, household_ids: np.ndarray, by: Component = "mix") -> np.ndarray:
        """Float [b, P], higher is better."""

    def history_block(self, household_ids: np.ndarray) -> np.ndarray:
        """Bool [b, P]: bought in training."""

    def probability(self, scores: np.ndarray) -> np.ndarray:
        """Calibrated probabilities of scores of the mix."""

    def rank(self, scores: np.ndarray, k: int) -> np.ndarray:
        """Columns of the best k, -1 where fewer are above -inf."""


class Holdout(NamedTuple):
    """Bought pairs of the held-out weeks, as row and column numbers, sorted by row."""

    rows: np.ndarray
    columns: np.ndarray
    width: int

    def block(self, begin: int, end: int) -> np.ndarray:
        """Bool [end - begin, P]."""
        low, high = np.searchsorted(self.rows, [begin, end])
        truth = np.zeros((end - begin, self.width), dtype=bool)
        truth[self.rows[low:high] - begin, self.columns[low:high]] = True
        return truth


def hold_out(
    lines: pl.LazyFrame, household_ids: np.ndarray, product_ids: np.ndarray, *, first_week: int, last_week: int
) -> Holdout:
    """Purchases of the weeks, both included, by known households of candidate products; relevance is binary."""
    pairs = (
        lines.filter(
            pl.col("week").is_between(first_week, last_week),
            pl.col("household_id").is_in(household_ids),
            pl.col("product_id").is_in(product_ids),
        )
        .select("household_id", "product_id")
        .unique()
        .sort("household_id", "product_id")
        .collect()
    )
    rows = np.searchsorted(household_ids, pairs["household_id"].to_numpy())
    return Holdout(rows, np.searchsorted(product_ids, pairs["product_id"].to_numpy()), len(product_ids))
