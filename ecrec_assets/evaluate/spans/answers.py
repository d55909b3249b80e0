"""The answers of a tagger to labelled queries, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

_SCORES = pl.List(pl.Float64)


class SpanTagger(Protocol):
    """What is measured: a tagger of queries that are cut into words."""

    @property
    def types(self) -> tuple[str, ...]: ...

    def tag_words(self, queries: Sequence[Sequence[str]]) -> Sequence[Any]:
        """One answer a query, with `tags` and the probability of each, `scores`."""

    def probabilities(self, queries: Sequence[Sequence[str]]) -> Sequence[NDArray[np.floating]]:
        """Words x tags; the tags are O and then B- and I- of each type."""


def answered(tagger: SpanTagger, queries: pl.DataFrame) -> pl.DataFrame:
    """`queries` (tokens, …) with the answers to them: `predicted` tags and their probabilities, `scores`."""
    found = tagger.tag_words(queries["tokens"].to_list())
    return queries.with_columns(
        predicted=pl.Series([list(answer.tags) for answer in found], dtype=pl.List(pl.String)),
        scores=pl.Series([list(answer.scores) for answer in found], dtype=_SCORES),
    )


def weighed(tagger: SpanTagger, answers: pl.DataFrame, *, temperature: float = 1.0) -> pl.DataFrame:
    """`answers` (tokens, tags, predicted, …) with probabilities beside those of the answers.

    `raw_scores`: of the predicted tags before the `temperature` that the tagger applies; `given_scores`: of each given
    tag, 0 for a tag that the model does not know.
    """
    calm = tagger.probabilities(answers["tokens"].to_list())
    raw = [_raised(each, temperature) for each in calm]
    ids = {tag: i for i, tag in enumerate(("O", *(f"{place}-{kind}" for kind in tagger.types for place in "BI")))}
    return answers.with_columns(
        raw_scores=pl.Series(_at(raw, answers["predicted"].to_list(), ids), dtype=_SCORES),
        given_scores=pl.Series(_at(calm, answers["tags"].to_list(), ids), dtype=_SCORES),
    )


def _raised(probabilities: NDArray[np.floating], temperature: float) -> NDArray[np.float64]:
    """Undoes a softmax temperature: p ** T, summing to 1 again."""
    powers = np.asarray(probabilities, dtype=np.float64) ** temperature
    return powers / powers.sum(axis=-1, keepdims=True)


def _at(
    probabilities: Sequence[NDArray[np.floating]], tags: Sequence[Sequence[str]], ids: dict[str, int]
) -> list[list[float]]:
    return [
        [float(row[ids[tag]]) if tag in ids else 0.0 for row, tag in zip(of_query, chosen, strict=True)]
        for of_query, chosen in zip(probabilities, tags, strict=True)
    ]
