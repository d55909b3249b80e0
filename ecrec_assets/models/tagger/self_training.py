"""More training queries from texts without labels: what a tagger is sure of becomes a label (Yarowsky, ACL 1995)."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ecrec_assets.models.tagger.predict import Tagger

ROWS = pl.Schema(
    {"tokens": pl.List(pl.String()), "tags": pl.List(pl.String()), "split": pl.String(), "weight": pl.Float64()}
)


def self_labelled(texts: Sequence[Sequence[str]], tagger: Tagger, *, least: float, weight: float = 1.0) -> pl.LazyFrame:
    """The texts (lists of words) as training queries, of which every word's tag has a score of at least `least`."""
    words = [list(text) for text in texts if text]
    found = [
        (text, answer.tags, "train", weight)
        for text, answer in zip(words, tagger.tag_words(words), strict=True)
        if min(answer.scores) >= least
    ]
    return pl.LazyFrame(found, schema=ROWS, orient="row")
