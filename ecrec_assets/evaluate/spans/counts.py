"""What strict span figures are made of, counted once for each query and type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ecrec_assets.evaluate.spans.table import span_table

Counts = NDArray[np.int64]


class SpanCounts(NamedTuple):
    """`hit`, `given` and `found` count spans [queries, types]; `right` and `words` count words [queries]."""

    types: tuple[str, ...]
    hit: Counts
    given: Counts
    found: Counts
    right: Counts
    words: Counts

    def of(self, rows: NDArray[np.bool_]) -> SpanCounts:
        """Only some of the queries."""
        return SpanCounts(self.types, *(counts[rows] for counts in self[1:]))

    def of_types(self, chosen: Sequence[str]) -> SpanCounts:
        """Only some of the types."""
        at = [self.types.index(kind) for kind in chosen]
        return self._replace(types=tuple(chosen), hit=self.hit[:, at], given=self.given[:, at], found=self.found[:, at])


def span_counts(given: pl.Series, found: pl.Series, types: Sequence[str] = ()) -> SpanCounts:
    """Both hold one tag a word (List(String)). A hit has the right type and both right ends.

    `types` and whatever else occurs are counted, in the order of the alphabet.
    """
    gold, answer = span_table(given), span_table(found)
    kinds = tuple(sorted({*types, *gold["type"], *answer["type"]}))
    hits = gold.join(answer, on=gold.columns, how="semi")
    right, words = _words(given, found)
    hit, asked, answered = (_by_query(spans, len(given), kinds) for spans in (hits, gold, answer))
    return SpanCounts(kinds, hit, asked, answered, right, words)


def _by_query(spans: pl.DataFrame, queries: int, kinds: Sequence[str]) -> Counts:
    kind = spans["type"].cast(pl.Enum(kinds)).to_physical().cast(pl.Int64).to_numpy()
    cells = spans["query"].to_numpy() * len(kinds) + kind
    return np.bincount(cells, minlength=queries * len(kinds)).reshape(queries, len(kinds))


def _words(given: pl.Series, found: pl.Series) -> tuple[Counts, Counts]:
    both = pl.DataFrame({"query": np.arange(len(given)), "given": given, "found": found})
    pairs = both.explode("given", "found", empty_as_null=False)
    query = pairs["query"].to_numpy()
    same = (pairs["given"] == pairs["found"]).to_numpy()
    return np.bincount(query[same], minlength=len(given)), np.bincount(query, minlength=len(given))
