"""The spans of tagged queries as a table, found without a loop over words."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

SCHEMA = pl.Schema({"query": pl.Int64(), "type": pl.String(), "first": pl.Int64(), "after": pl.Int64()})


def span_table(tags: pl.Series) -> pl.DataFrame:
    """One row a span: `query` (place in `tags`), `type`, `first` word, word `after` its last. In: List(String).

    Strict IOB2 (Tjong Kim Sang & Buchholz, CoNLL 2000; as seqeval's scheme IOB2): a span begins with B- and goes on
    with I- of its own type; an I- that continues nothing belongs to none.
    """
    words = pl.DataFrame({"query": np.arange(len(tags)), "tag": tags}).explode("tag", empty_as_null=False)
    if words.is_empty():
        return SCHEMA.to_frame()
    query = words["query"].to_numpy()
    prefix = words["tag"].str.slice(0, 2)
    kind = words["tag"].str.slice(2).fill_null("").rank("dense").to_numpy()
    begins, inside = (prefix == "B-").to_numpy(), (prefix == "I-").to_numpy()
    goes_on = inside & _as_before(query) & _as_before(kind) & np.concatenate([[False], (begins | inside)[:-1]])
    first = np.flatnonzero(begins)
    starts = np.searchsorted(query, query[first])  # where the query of the span begins among all words
    return pl.DataFrame(
        {
            "query": query[first],
            "type": words["tag"].gather(first).str.slice(2),
            "first": first - starts,
            "after": _next_break(goes_on)[first] - starts,
        },
        schema=SCHEMA,
    )


def _as_before(values: NDArray[np.generic]) -> NDArray[np.bool_]:
    return np.concatenate([[False], values[1:] == values[:-1]])


def _next_break(goes_on: NDArray[np.bool_]) -> NDArray[np.int64]:
    """For each word the next one, or the end, that does not go on."""
    places = np.where(goes_on, len(goes_on), np.arange(len(goes_on)))
    nearest = np.minimum.accumulate(places[::-1])[::-1]
    return np.append(nearest[1:], len(goes_on))
