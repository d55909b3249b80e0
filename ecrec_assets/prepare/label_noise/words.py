"""Labelled queries and their out-of-fold predictions as arrays, one entry a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ecrec_assets.prepare.label_noise.segments import type_of

SCHEMA = pl.Schema(
    {
        "query_id": pl.String(),
        "fold": pl.Int64(),
        "suggested": pl.List(pl.String()),
        "probabilities": pl.List(pl.List(pl.Float64())),
    }
)


@dataclass(frozen=True)
class Words:
    """`given` holds tag numbers, `chances` words × tags; `new` says where a segment begins, `query` numbers queries."""

    tags: tuple[str, ...]
    given: NDArray[np.int64]
    chances: NDArray[np.float64]
    query: NDArray[np.int64]
    new: NDArray[np.bool_]

    @cached_property
    def types(self) -> tuple[str, ...]:
        """O and the types, in the order of their tags."""
        return tuple(dict.fromkeys(map(type_of, self.tags)))

    @cached_property
    def type_of_tag(self) -> NDArray[np.int64]:
        """The number of each tag's type."""
        return np.array([self.types.index(type_of(tag)) for tag in self.tags])

    @cached_property
    def type_chances(self) -> NDArray[np.float64]:
        """Words × types: the probability of either tag of a type."""
        return self.chances @ np.eye(len(self.types))[self.type_of_tag]

    @property
    def given_type(self) -> NDArray[np.int64]:
        return self.type_of_tag[self.given]

    @cached_property
    def segment(self) -> NDArray[np.int64]:
        """The number of each word's segment."""
        return np.cumsum(self.new) - 1

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """The first word of each segment."""
        return np.flatnonzero(self.new)

    def mean_of_segments(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Segments × whatever: the mean over the words of each."""
        if not len(self.starts):
            return values[:0]
        sizes = np.diff([*self.starts, len(self.given)])
        return np.add.reduceat(values, self.starts, axis=0) / (sizes[:, None] if values.ndim == 2 else sizes)


def words_of(given: Sequence[Sequence[str]], chances: NDArray[np.float64], tags: Sequence[str]) -> Words:
    """`given` has the tags of each query, `chances` the rows of all their words in that order.

    ValueError for a tag that is none of `tags`.
    """
    ids = {tag: number for number, tag in enumerate(tags)}
    flat = [tag for query in given for tag in query]
    if unknown := sorted({*flat} - {*ids}):
        raise ValueError(
            f"the labels hold {', '.join(map(repr, unknown[:5]))}, which the label set has not: {list(tags)}"
        )
    numbers = np.array([ids[tag] for tag in flat], dtype=np.int64)
    query = np.repeat(np.arange(len(given)), [len(row) for row in given])
    return Words(tuple(tags), numbers, np.asarray(chances, dtype=np.float64), query, _begins(numbers, query, tags))


def _begins(given: NDArray[np.int64], query: NDArray[np.int64], tags: Sequence[str]) -> NDArray[np.bool_]:
    """True where a word does not continue the span of the word before."""
    kinds = {kind: number for number, kind in enumerate(dict.fromkeys(map(type_of, tags)))}
    kind = np.array([kinds[type_of(tag)] for tag in tags])[given] if len(given) else given
    inside = np.array([tag.startswith("I-") for tag in tags], dtype=bool)[given]
    begins = np.ones(len(given), dtype=bool)
    begins[1:] = ~(inside[1:] & (kind[1:] == kind[:-1]) & (query[1:] == query[:-1]))
    return begins


def words_of_report(report: pl.LazyFrame, tags: Sequence[str]) -> Words:
    """The arrays behind a table of `label_report`."""
    rows = report.select("query_id", "given", "probabilities").collect()
    begins = rows["query_id"].rle_id().to_numpy()
    ids = {tag: number for number, tag in enumerate(tags)}
    given = np.array([ids[tag] for tag in rows["given"]], dtype=np.int64)
    chances = rows_of(rows["probabilities"], tags)
    return Words(tuple(tags), given, chances, begins.astype(np.int64), _begins(given, begins, tags))


def rows_of(probabilities: pl.Series, tags: Sequence[str]) -> NDArray[np.float64]:
    """Words × tags from a list a word. ValueError for a list of another length than the label set."""
    other = probabilities.list.len().fill_null(0) != len(tags)
    if other.any():
        count = probabilities.filter(other).list.len().fill_null(0)[0]
        raise ValueError(f"{other.sum():,} words have not {len(tags)} probabilities, one a tag; the first has {count}")
    return probabilities.explode().cast(pl.Float64).to_numpy().reshape(len(probabilities), len(tags))
