"""The days after training: who bought what, and what a ranker must offer to be judged by them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple, Protocol

import numpy as np
import polars as pl

Component = Literal["mix", "recency_frequency", "ease", "popularity"]
COMPONENTS: tuple[Component, ...] = ("mix", "recency_frequency", "ease", "popularity")


class Columns(Protocol):
    """What a shop calls user, item, basket and time, and where its days begin."""

    @property
    def user(self) -> str: ...

    @property
    def item(self) -> str: ...

    def of(self, lines: pl.LazyFrame) -> pl.LazyFrame:
        """Only user, item, basket and time, under these names."""

    def known_before(self, lines: pl.LazyFrame, moment: datetime) -> pl.LazyFrame:
        """What `of` gave, as it was known at `moment`."""

    def days_after(self, moment: datetime, days: int) -> datetime:
        """Calendar days of the shop later."""


class Ranker(Protocol):
    """A trained recommender; every block has a row a user asked for and a column a candidate."""

    @property
    def columns(self) -> Columns:
        """Names in the shop's tables."""

    @property
    def user_ids(self) -> np.ndarray:
        """Users of the training, int64 or str_ [H], ascending."""

    @property
    def item_ids(self) -> np.ndarray:
        """Candidates, int64 or str_ [P], ascending: items that enough users bought in training."""

    @property
    def until(self) -> datetime:
        """End of training, UTC; no line from here on was read."""

    @property
    def threshold(self) -> float:
        """Probability from which it says 'will buy'."""

    def score_block(self, user_ids: np.ndarray, by: Component = "mix") -> np.ndarray:
        """Float [b, P], higher is better."""

    def history_block(self, user_ids: np.ndarray) -> np.ndarray:
        """Bool [b, P]: bought in training."""

    def probability(self, scores: np.ndarray) -> np.ndarray:
        """Calibrated probabilities of scores of the mix."""

    def rank(self, scores: np.ndarray, k: int) -> np.ndarray:
        """Columns of the best k, -1 where fewer are above -inf."""


class Holdout(NamedTuple):
    """Bought pairs of the held-out days, as row and column numbers, sorted by row."""

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
    lines: pl.LazyFrame, user_ids: np.ndarray, item_ids: np.ndarray, *, begin: datetime, end: datetime
) -> Holdout:
    """Purchases from `begin` until before `end` by known users of candidate items; relevance is binary.

    `lines` has user, item and time.
    """
    rows = pl.LazyFrame({"user": user_ids}).with_row_index("row")
    columns = pl.LazyFrame({"item": item_ids}).with_row_index("column")
    pairs = (
        lines.filter(pl.col("time").is_between(begin, end, closed="left"))
        .select("user", "item")
        .unique()
        .join(rows, on="user")
        .join(columns, on="item")
        .select("row", "column")
        .sort("row", "column")
        .collect()
    )
    return Holdout(pairs["row"].to_numpy(), pairs["column"].to_numpy(), len(item_ids))
