"""Suspect labels as a person reviews them: one row for each piece of a query that the model would label otherwise."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ecrec_assets.prepare.label_noise.segments import OUTSIDE, segments_of

SCHEMA = pl.Schema(
    {
        "query_id": pl.String(),
        "tokens": pl.List(pl.String()),
        "start": pl.Int64(),
        "end": pl.Int64(),
        "given": pl.List(pl.String()),
        "suggested": pl.List(pl.String()),
        "score": pl.Float64(),
    }
)


def review_pieces(report: pl.LazyFrame) -> pl.LazyFrame:
    """`query_labels` as pieces, worst first: the words `start` to before `end` of the query `tokens`.

    A piece is the smallest run of words that no given and no suggested span leaves or enters, so that a person decides
    once about a border that moved or about two spans that are one. Its score is the lowest of its words' spans.
    """
    begins = (pl.col("position") == pl.col("span_start")) & ~pl.col("suggested").str.starts_with("I-")
    rows = report.select("query_id", "position", "word", "given", "suggested", "span_score", begins=begins)
    rows = rows.with_columns(
        tokens=pl.col("word").implode().over("query_id", mapping_strategy="join"),
        piece=pl.col("begins").cum_sum().over("query_id"),
    )
    pieces = rows.group_by("query_id", "piece", maintain_order=True).agg(
        pl.col("tokens").first(),
        start=pl.col("position").min(),
        end=pl.col("position").max() + 1,
        given="given",
        suggested="suggested",
        score=pl.col("span_score").min(),
    )
    other = pieces.filter(pl.col("given") != pl.col("suggested"))
    return other.sort("score", "query_id", "start").select(*SCHEMA)


def in_short(tags: Sequence[str]) -> str:
    """The type if the tags are one span, O if they are none, else the tags with blanks between."""
    kinds = list(segments_of(tags))
    if all(tag == OUTSIDE for tag in tags):
        return OUTSIDE
    if len(kinds) == 1 and tags[0].startswith("B-"):
        return kinds[0].type
    return " ".join(tags)


def at_length(text: str, words: int, types: Sequence[str]) -> tuple[str, ...]:
    """What `in_short` wrote, or a person, as one tag a word. ValueError says what is understood."""
    said = text.split()
    if said == [OUTSIDE]:
        return (OUTSIDE,) * words
    if text.strip() in types:
        kind = text.strip()
        return (f"B-{kind}", *(f"I-{kind}",) * (words - 1))
    known = {OUTSIDE, *(f"{place}-{kind}" for kind in types for place in "BI")}
    if len(said) == words and set(said) <= known:
        return tuple(said)
    plural = "s" if words > 1 else ""
    such = " ".join([f"B-{types[0]}", *[f"I-{types[0]}"] * (words - 1)])
    raise ValueError(
        f"'{text}' is no label of {words} word{plural}: give a type ({', '.join(types)}), O, "
        f"or {words} tag{plural} such as {such}"
    )
