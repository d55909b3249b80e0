"""The trained recommender: scores and probabilities of any known user, block by block."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl

from ecrec_assets.models.recommender.calibration import Calibrations, probability
from ecrec_assets.models.recommender.columns import Columns
from ecrec_assets.models.recommender.config import RecommenderConfig
from ecrec_assets.models.recommender.mix import Mix, mixed
from ecrec_assets.models.recommender.predict import recommend
from ecrec_assets.models.recommender.recency_frequency import recency_frequency
from ecrec_assets.models.recommender.snapshot import Snapshot
from ecrec_assets.models.recommender.storage import Parts, read, write

Component = Literal["mix", "recency_frequency", "ease", "popularity"]
COMPONENTS: tuple[Component, ...] = ("mix", "recency_frequency", "ease", "popularity")


class UnknownUser(KeyError):
    """A user without a purchase in training; `recommend` answers for it, scores cannot."""


@dataclass(frozen=True)
class Recommender:
    """Snapshot of the end of training, the fitted mix and its calibrations."""

    config: RecommenderConfig
    snapshot: Snapshot
    mix: Mix
    calibrations: Calibrations

    @property
    def user_ids(self) -> np.ndarray:
        """Known users, int64 or str_ [H], ascending."""
        return self.snapshot.purchases.user_ids

    @property
    def item_ids(self) -> np.ndarray:
        """Candidates, int64 or str_ [P], ascending; the columns of every block."""
        return self.snapshot.purchases.item_ids

    @property
    def columns(self) -> Columns:
        """What the four columns of the lines are called."""
        return self.config.columns

    @property
    def until(self) -> datetime:
        """No line from here on was read, UTC."""
        return self.snapshot.until

    @property
    def threshold(self) -> float:
        """Probability from which a pair is called a purchase."""
        return self.calibrations.threshold

    @cached_property
    def matrix(self) -> Any:
        """Purchases as EASE reads them, sparse float32 [H, P]."""
        return self.snapshot.matrix

    @cached_property
    def learned(self) -> Any:
        """The rows of `matrix` that EASE learnt from, by column for reasons."""
        return self.matrix[self.snapshot.ease.learners].tocsc()

    def rows(self, user_ids: np.ndarray) -> np.ndarray:
        """Row of each user. UnknownUser names the first that training did not see."""
        ids = np.asarray(user_ids, dtype=np.str_ if self.user_ids.dtype.kind == "U" else np.int64)
        rows = np.minimum(np.searchsorted(self.user_ids, ids), len(self.user_ids) - 1)
        unknown = ids[self.user_ids[rows] != ids]
        if len(unknown):
            raise UnknownUser(
                f"{self.config.buyer} {unknown[0]} bought no candidate before {self.until:%Y-%m-%d %H:%M}"
            )
        return rows

    def id_of(self, text: str) -> Any:
        """An id as a person types it, in the type of the ids. ValueError when it cannot be one."""
        if self.user_ids.dtype.kind == "U":
            return text
        try:
            return int(text)
        except ValueError:
            raise ValueError(f"'{text}' is no {self.config.buyer}; ids are whole numbers") from None

    def history_block(self, user_ids: np.ndarray) -> np.ndarray:
        """Bool [b, P]: bought before."""
        return self.matrix[self.rows(user_ids)].toarray() > 0

    def score_block(self, user_ids: np.ndarray, by: Component = "mix") -> np.ndarray:
        """Float32 [b, P]. The mix gives calibrated log-odds; the other components stand alone."""
        rows = self.rows(user_ids)
        if by == "popularity":
            return np.tile(self.snapshot.popularity.users, (len(rows), 1))
        if by == "recency_frequency":
            return recency_frequency(self.snapshot.purchases.take(rows), self.snapshot.popularity)
        item_scores = self.snapshot.item_scores(rows, self.matrix)
        return item_scores if by == "ease" else self._calibrated(rows, item_scores)

    def probability(self, scores: np.ndarray) -> np.ndarray:
        """Z of the mix's scores, in (0, 1): the user buys the item within the horizon."""
        return probability(scores)

    def rank(self, scores: np.ndarray, k: int) -> np.ndarray:
        """Int64 [b, k]: columns by falling score, ties by smaller item id; -1 where fewer than k are above -inf."""
        top = np.full((len(scores), k), -1)
        for place, row in zip(top, scores, strict=True):
            best = _best(row, k)
            place[: len(best)] = best
        return top

    def recommend(self, user_ids: Iterable[Any], k: int, exclude_history: bool = False) -> pl.DataFrame:
        """The columns of `predict.list_schema`: see `predict.recommend`."""
        return recommend(self, user_ids, k, exclude_history=exclude_history)

    def save(self, folder: Path) -> None:
        """Safetensors and JSON into `folder`."""
        write(Parts(self.config, self.snapshot, self.mix, self.calibrations), folder)

    @staticmethod
    def load(folder: Path) -> Recommender:
        """What `save` wrote. ModelFileError when it is not there or damaged."""
        return Recommender(*read(folder))

    def _calibrated(self, rows: np.ndarray, item_scores: np.ndarray) -> np.ndarray:
        raw = mixed(self.snapshot, self.mix, rows, item_scores, self.config)
        log_odds = self.calibrations.discovery.apply(raw.new)
        log_odds[raw.user, raw.item] = self.calibrations.rhythm.apply(raw.bought)
        return log_odds


def _best(scores: np.ndarray, k: int) -> np.ndarray:
    cut = np.partition(scores, -k)[-k] if k < len(scores) else -np.inf
    near = np.flatnonzero((scores >= cut) & (scores > -np.inf))
    return near[np.argsort(-scores[near], kind="stable")][:k]
