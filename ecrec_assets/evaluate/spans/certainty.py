"""What the model says of its own answers against how often it is right, for words and for spans."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ecrec_assets.evaluate.calibration.reliability import reliability_curve
from ecrec_assets.evaluate.spans.bootstrap import Bootstrap, interval, resampled_sums
from ecrec_assets.evaluate.spans.figures import Measured
from ecrec_assets.evaluate.spans.table import span_table

BINS = 15  # as Guo et al. 2017
EDGES = tuple(float(edge) for edge in np.linspace(0, 1, BINS + 1))


class Certainty(NamedTuple):
    """One entry an answer: its query, the probability that the model gave it, and whether it is right."""

    query: NDArray[np.int64]
    said: NDArray[np.float64]
    right: NDArray[np.bool_]

    @property
    def curve(self) -> pl.DataFrame:
        """As `reliability_curve`, in 15 bins of the same width."""
        return reliability_curve(self.right, self.said, EDGES).rename({"pairs": "answers"})


def word_certainty(given: pl.Series, found: pl.Series, scores: pl.Series) -> Certainty:
    """Of every word's tag. All three hold one value a word; `scores` are probabilities of the found tags."""
    words = pl.DataFrame({"query": np.arange(len(given)), "given": given, "found": found, "said": scores})
    each = words.explode("given", "found", "said", empty_as_null=False)
    return Certainty(each["query"].to_numpy(), each["said"].to_numpy(), (each["given"] == each["found"]).to_numpy())


def span_certainty(given: pl.Series, found: pl.Series, scores: pl.Series) -> Certainty:
    """Of every found span: the probability of its least certain word, as answers show it."""
    each = scored_spans(given, found, scores)
    return Certainty(each["query"].to_numpy(), each["said"].to_numpy(), each["right"].to_numpy())


def scored_spans(given: pl.Series, found: pl.Series, scores: pl.Series) -> pl.DataFrame:
    """The found spans as `span_table` has them, with `said` and `right`: its type and both its ends are given so."""
    spans = span_table(found)
    gold = span_table(given).with_columns(right=pl.lit(True))
    of_query = pl.DataFrame({"query": np.arange(len(found)), "scores": scores})
    least = pl.col("scores").list.slice("first", pl.col("after") - pl.col("first")).list.min()
    joined = spans.join(gold, on=spans.columns, how="left", maintain_order="left")
    joined = joined.join(of_query, on="query", how="left", maintain_order="left")
    return joined.select(*spans.columns, said=least.cast(pl.Float64), right=pl.col("right").fill_null(False))


def calibration_error(name: str, certainty: Certainty, queries: int, bootstrap: Bootstrap) -> Measured | None:
    """Expected calibration error of 15 bins (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017).

    Its support counts answers. None where there is no answer. Equals `expected_calibration_error` of the curve.
    """
    if not len(certainty.said):
        return None
    bins = np.searchsorted(np.asarray(EDGES[1:-1]), certainty.said, side="right")
    cells = certainty.query * BINS + bins
    gaps = np.bincount(cells, certainty.said - certainty.right, minlength=queries * BINS).reshape(queries, BINS)
    answers = np.bincount(certainty.query, minlength=queries)
    sums = resampled_sums(np.column_stack([gaps, answers]), bootstrap)
    with np.errstate(invalid="ignore", divide="ignore"):
        errors = np.abs(sums[:, :BINS]).sum(axis=1) / sums[:, BINS]
    return Measured(name, interval(errors), len(certainty.said))
