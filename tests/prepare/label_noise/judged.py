"""A few invented queries and what a model that did not train on them says."""

from __future__ import annotations

import polars as pl

TYPES = ("color", "item")
TAGS = ("O", "B-color", "I-color", "B-item", "I-item")


def chances(tag: str, sure: float = 0.9) -> list[float]:
    """`sure` for one tag, the rest shared."""
    return [sure if name == tag else (1 - sure) / (len(TAGS) - 1) for name in TAGS]


def judged(*queries: tuple[str, str, str, str]) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Queries and predictions from (id, words, given tags, tags the model is sure of), all with blanks between."""
    rows = [(id_, words.split(), given.split(), said.split()) for id_, words, given, said in queries]
    labelled = pl.LazyFrame(
        [(id_, words, given, "train") for id_, words, given, _ in rows],
        schema={"query_id": pl.String, "tokens": pl.List(pl.String), "tags": pl.List(pl.String), "split": pl.String},
        orient="row",
    )
    predicted = pl.LazyFrame(
        [(id_, 0, said, [chances(tag) for tag in said]) for id_, _, _, said in rows],
        schema={
            "query_id": pl.String,
            "fold": pl.Int64,
            "suggested": pl.List(pl.String),
            "probabilities": pl.List(pl.List(pl.Float64)),
        },
        orient="row",
    )
    return labelled, predicted


RIGHT = ("q1", "red running shoes", "B-color B-item I-item", "B-color B-item I-item")
WRONG_TYPE = ("q2", "blue sofa", "B-item B-item", "B-color B-item")
BORDER = ("q3", "green tea pot", "B-color B-item I-item", "B-color I-color B-item")
MISSED = ("q4", "a lamp", "O O", "O B-item")
