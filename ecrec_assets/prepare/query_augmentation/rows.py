"""A changed query as a row: what is derived from tokens and tags is derived anew, everything else is kept."""

from __future__ import annotations

from typing import Any

import polars as pl

from ecrec_assets.prepare.query_noise import Words


class SoftLabelsError(ValueError):
    """The queries hold probabilities of tags, which belong to the words as they were."""


def refuse_soft(queries: pl.LazyFrame) -> None:
    """Raises SoftLabelsError when there is a column `soft`."""
    if "soft" in queries.collect_schema():
        raise SoftLabelsError(
            "the queries have a column 'soft' with probabilities for their words; change the queries first and let "
            "the teacher label the result"
        )


def words_in(row: dict[str, Any]) -> Words:
    """The row's words with their tags; none where it has no tokens."""
    return list(zip(row["tokens"] or [], row["tags"] or [], strict=True))


def rewritten(row: dict[str, Any], words: Words) -> dict[str, Any]:
    """The row with other words; of `text`, `tag_text`, `token_count` and `tag_count` those that it has."""
    tokens, tags = [word for word, _ in words], [tag for _, tag in words]
    derived = {
        "text": " ".join(tokens),
        "tag_text": " ".join(tags),
        "token_count": len(tokens),
        "tag_count": len(tags),
    }
    return {**row, "tokens": tokens, "tags": tags, **{name: derived[name] for name in derived.keys() & row.keys()}}


def text_of(words: Words) -> str:
    return " ".join(word for word, _ in words)


def text_key(words: Words) -> str:
    """Two queries with the same key are the same to a reader who does not look at capitals."""
    return text_of(words).lower()
