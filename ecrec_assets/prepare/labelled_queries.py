"""Labelled queries of a shop as one table: each in a split, with what the contract asks about it."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence

import polars as pl

HELD_OUT = 10  # of a hundred, for each split that is not given
SPLITS = ("train", "validation", "test")


def labelled_queries(rows: pl.LazyFrame, *, drawn: Sequence[str] = ()) -> pl.LazyFrame:
    """`rows` has place, query_id, text, tokens, tags and split, which may be missing.

    For each split of `drawn` (validation, test) a tenth of the training queries is taken, by a hash of their text: the
    same text, whatever its capitals and blanks, is in the same split in this run and in every other. Where files count
    their queries anew, an id that stands in several splits is `train:7` outside of the test.
    """
    words = pl.col("tokens").list.join(" ", ignore_nulls=True)
    key = words.map_batches(_keys, return_dtype=pl.String, is_elementwise=True)
    found = rows.with_columns(query_key=key, token_count=pl.col("tokens").list.len().cast(pl.Int64))
    if drawn:
        into = pl.col("query_key").map_batches(lambda keys: _drawn(keys, drawn), pl.String, is_elementwise=True)
        is_train = pl.col("split").fill_null("train") == "train"
        found = found.with_columns(split=pl.when(is_train).then(into).otherwise("split"))
    several = pl.col("split").n_unique().over("query_id") > 1
    own = (
        pl.when(several & (pl.col("split") != "test"))
        .then(pl.format("{}:{}", "split", "query_id"))
        .otherwise("query_id")
    )
    return found.select(
        own.alias("query_id"), "text", "tokens", "tags", "token_count", "split", "query_key", _new_types(), "place"
    )


def annotated(annotations: pl.LazyFrame, queries: pl.LazyFrame) -> pl.LazyFrame:
    """`annotations` (annotator, query_id, tags, place), each with the words of its query, if there is one."""
    words = queries.select("query_id", "tokens")
    found = annotations.join(words, "query_id", how="left", maintain_order="left")
    return found.select("annotator", "query_id", "tokens", "tags", "place")


def text_key(text: str) -> str:
    """A query whatever its capitals, blanks and compatible forms of signs: `ＴＥＥ  shirt` is `tee shirt`."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def drawn_split(key: str, drawn: Sequence[str] = SPLITS[1:]) -> str:
    """The split of a query by the SHA-256 of its key: one of `drawn`, a tenth each, or train."""
    place = int.from_bytes(hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[:8]) % 100
    number = place // HELD_OUT
    return drawn[number] if number < len(drawn) else "train"


def _keys(texts: pl.Series) -> pl.Series:
    return pl.Series(texts.name, [None if text is None else text_key(text) for text in texts], dtype=pl.String)


def _drawn(keys: pl.Series, drawn: Sequence[str]) -> pl.Series:
    found = ["train" if key is None else drawn_split(key, drawn) for key in keys]
    return pl.Series(keys.name, found, dtype=pl.String)


def _new_types() -> pl.Expr:
    """The types of a query that no training query has, with a blank between them; missing where there is none."""
    types = pl.col("tags").list.eval(
        pl.element().filter(pl.element().str.starts_with("B-")).str.slice(2).unique().sort()
    )
    known = types.filter(pl.col("split") == "train").explode().drop_nulls().unique().implode()
    unseen = types.list.set_difference(known)
    return pl.when(unseen.list.len() > 0).then(unseen.list.sort().list.join(" ")).alias("new_types")
