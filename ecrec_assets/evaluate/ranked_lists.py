"""The first k places of many lists against what was bought, and their figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ecrec_assets.evaluate.holdout import Ranker
from ecrec_assets.evaluate.metric_table import Figure
from ecrec_assets.evaluate.ranking.coverage import coverage
from ecrec_assets.evaluate.ranking.hits import hits
from ecrec_assets.evaluate.ranking.ndcg import ndcg
from ecrec_assets.evaluate.ranking.precision import precision
from ecrec_assets.evaluate.ranking.recall import recall

MEANS = {"ndcg": ndcg, "recall": recall, "precision": precision}


class RankedLists(NamedTuple):
    """One list a user: `top` columns [n, k] (-1: empty), `hits` bool [n, k], number of `relevant` items [n]."""

    top: np.ndarray
    hits: np.ndarray
    relevant: np.ndarray

    def of(self, rows: np.ndarray) -> RankedLists:
        """Some of the lists."""
        return RankedLists(self.top[rows], self.hits[rows], self.relevant[rows])

    def figures(self, slice_name: str, segment: str, suffix: str = "") -> Iterator[Figure]:
        """Means over the users that bought something relevant; none where nobody did."""
        judged = self.of(self.relevant > 0)
        users, k = judged.hits.shape
        for name, metric in MEANS.items():
            if users:
                value = float(metric(judged.hits, judged.relevant).mean())
                yield Figure(slice_name, segment, f"{name}_at_{k}{suffix}", value, users)

    def coverage(self, candidates: int, slice_name: str, segment: str, suffix: str = "") -> Figure:
        """Share of the candidates in any list, of the users judged or not."""
        users, k = self.top.shape
        return Figure(slice_name, segment, f"coverage_at_{k}{suffix}", coverage(self.top, candidates), users)


def ranked(model: Ranker, scores: np.ndarray, truth: np.ndarray, k: int) -> RankedLists:
    """Ranks all candidates of `scores` [n, P] above -inf; what is at -inf has to be false in `truth`."""
    top = model.rank(scores, k)
    return RankedLists(top, hits(top, truth), truth.sum(axis=1))


def joined(parts: Sequence[RankedLists]) -> RankedLists:
    """Blocks of lists, one below the other."""
    return RankedLists(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))
