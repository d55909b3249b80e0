"""Bootstrap intervals of figures that are made from sums over queries."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEVEL = 0.95
DRAWS_AT_ONCE = 4_000_000


class Bootstrap(NamedTuple):
    """How intervals are made: `times` draws of as many queries as there are, by `seed`."""

    times: int = 1_000
    seed: int = 1


BOOTSTRAP = Bootstrap()


class Interval(NamedTuple):
    """A value and the bounds that hold it in 95 of 100 resamples of the queries."""

    value: float
    low: float
    high: float


def resampled_sums(by_query: NDArray[np.number], bootstrap: Bootstrap) -> Floats:
    """Sums over the queries, first as they are, then for each resample: [1 + times, columns] from [queries, columns].

    A resample draws whole queries with replacement, since the words of one query err together (Efron & Tibshirani, "An
    Introduction to the Bootstrap", 1993). The same seed and the same number of queries draw the same.
    """
    values = by_query.astype(np.float64)
    step = max(1, DRAWS_AT_ONCE // max(1, len(values)))
    blocks = [(begin, min(step, bootstrap.times - begin)) for begin in range(0, bootstrap.times, step)]
    drawn = (_drawn(bootstrap.seed, begin, times, len(values)) for begin, times in blocks)
    return np.vstack([values.sum(axis=0), *(weights @ values for weights in drawn)])


@lru_cache(maxsize=1)  # figures of the same queries follow each other
def _drawn(seed: int, begin: int, times: int, queries: int) -> Floats:
    """How often each query is drawn: [times, queries]."""
    cells = np.random.default_rng([seed, begin]).integers(0, queries, (times, queries))
    cells += queries * np.arange(times)[:, None]
    return np.bincount(cells.ravel(), minlength=times * queries).reshape(times, queries).astype(np.float64)


def interval(figures: Sequence[float] | Floats) -> Interval:
    """Percentile interval of the figure of all queries (the first) and of the resamples; NaN ones do not count.

    A figure that resampling moves one way only, such as a calibration error, may lie outside: then it is the bound.
    """
    value, drawn = float(figures[0]), np.asarray(figures[1:])
    known = drawn[~np.isnan(drawn)]
    if not len(known):
        return Interval(value, value, value)
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(value, min(value, float(low)), max(value, float(high)))
