"""What out-of-fold predictions say of each label: the table `evaluations/query_labels`, one row a word."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from ecrec_assets.prepare.label_noise.confident import suspects
from ecrec_assets.prepare.label_noise.quality import span_quality, word_quality
from ecrec_assets.prepare.label_noise.words import Words, rows_of, words_of

SCHEMA = pl.Schema(
    {
        "query_id": pl.String(),
        "position": pl.Int64(),
        "word": pl.String(),
        "given": pl.String(),
        "type": pl.String(),
        "suggested": pl.String(),
        "score": pl.Float64(),
        "suspect": pl.Boolean(),
        "span_start": pl.Int64(),
        "span_end": pl.Int64(),
        "span_score": pl.Float64(),
        "fold": pl.Int64(),
        "probabilities": pl.List(pl.Float32()),
    }
)


def label_report(queries: pl.LazyFrame, predictions: pl.LazyFrame, *, tags: Sequence[str]) -> pl.LazyFrame:
    """One row a word, in the order of `queries` (query_id, tokens, tags).

    `predictions` has for each query_id the fold that held it out, its `suggested` tags and the `probabilities` of its
    words, words × `tags` (`out_of_fold`, or any model that did not train on the query). Low scores are bad labels.
    `span_start` and `span_end` (the word after the last) say in which given span a word is; a word outside of spans
    stands by itself. Raises ValueError for a query without a prediction, or with one for another number of words.
    """
    predicted = predictions.select("query_id", "fold", "suggested", "probabilities")
    rows = queries.select("query_id", "tokens", "tags").join(predicted, "query_id", how="left", maintain_order="left")
    found = rows.filter(pl.col("tokens").list.len() > 0).collect()
    _check(found)
    if found.is_empty():
        return pl.LazyFrame(schema=SCHEMA)
    flat = found.explode("tokens", "tags", "suggested", "probabilities")
    words = words_of(found["tags"].to_list(), rows_of(flat["probabilities"], tags), tags)
    return _table(flat, words).select(*SCHEMA).cast(SCHEMA).lazy()


def _table(flat: pl.DataFrame, words: Words) -> pl.DataFrame:
    first = np.searchsorted(words.query, words.query)  # the first word of each word's query
    ends = np.append(words.starts[1:], len(words.given))
    return flat.rename({"tokens": "word", "tags": "given"}).with_columns(
        position=np.arange(len(first)) - first,
        type=pl.Series([words.types[kind] for kind in words.given_type], dtype=pl.String),
        score=word_quality(words),
        suspect=suspects(words.given, words.chances),
        span_start=words.starts[words.segment] - first,
        span_end=ends[words.segment] - first,
        span_score=span_quality(words)[words.segment],
    )


def _check(found: pl.DataFrame) -> None:
    missing = found.filter(pl.col("probabilities").is_null())
    if missing.height:
        raise ValueError(
            f"{missing.height:,} of {found.height:,} queries have no out-of-fold prediction, "
            f"{missing['query_id'][0]} first: predict each query with a model that did not train on it"
        )
    words = pl.col("tokens").list.len()
    uneven = pl.any_horizontal(words != pl.col(name).list.len() for name in ("tags", "suggested", "probabilities"))
    if (wrong := found.filter(uneven)).height:
        raise ValueError(
            f"{wrong.height:,} of {found.height:,} queries have not one tag and one prediction a word, "
            f"{wrong['query_id'][0]} first"
        )
