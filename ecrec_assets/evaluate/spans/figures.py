"""Token accuracy, span precision, recall and F1, each with its interval."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecrec_assets.evaluate.spans.bootstrap import Bootstrap, Interval, interval, resampled_sums
from ecrec_assets.evaluate.spans.counts import SpanCounts


class Measured(NamedTuple):
    """One figure. `support` counts given spans for span figures, and words for token accuracy."""

    metric: str
    interval: Interval
    support: int


def micro_figures(counts: SpanCounts, bootstrap: Bootstrap) -> Iterator[Measured]:
    """Over all types together; without given spans there are no span figures, without words none at all."""
    by_query = np.column_stack(
        [counts.right, counts.words, *(each.sum(axis=1) for each in (counts.hit, counts.given, counts.found))]
    )
    sums = resampled_sums(by_query, bootstrap)
    if sums[0, 1]:
        yield Measured("token_accuracy", interval(_share(sums[:, 0], sums[:, 1])), int(sums[0, 1]))
    yield from _span_figures(sums[:, 2], sums[:, 3], sums[:, 4])


def figures_by_type(counts: SpanCounts, bootstrap: Bootstrap) -> Iterator[tuple[str, Measured]]:
    """Each type that has given spans."""
    kinds = len(counts.types)
    sums = resampled_sums(np.hstack([counts.hit, counts.given, counts.found]), bootstrap)
    for place, kind in enumerate(counts.types):
        for measured in _span_figures(*(sums[:, place + part * kinds] for part in range(3))):
            yield kind, measured


def _span_figures(
    hit: NDArray[np.float64], given: NDArray[np.float64], found: NDArray[np.float64]
) -> Iterator[Measured]:
    """Precision is 0 where nothing was found, as in seqeval; a resample without given spans says nothing of recall."""
    support = int(given[0])
    if not support:
        return
    precision = np.where(found > 0, _share(hit, found), 0.0)
    figures = {
        "span_precision": precision,
        "span_recall": _share(hit, given),
        "span_f1": _share(2 * hit, given + found),
    }
    for metric, values in figures.items():
        yield Measured(metric, interval(values), support)


def _share(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)
