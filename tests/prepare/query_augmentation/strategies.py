"""Tagged queries for property tests."""

from __future__ import annotations

import polars as pl
from hypothesis import strategies as st

WORDS = st.sampled_from(
    ["red", "Nike", "shoes", "for", "men", "2", "lb", "32oz", '10"', "inch", "in", "1", "5'", "½", "牛奶", "🍕", "x"]
)
TYPES = ("brand", "item", "size", "color")
SCHEMA = {"tokens": pl.List(pl.String()), "tags": pl.List(pl.String()), "split": pl.String()}


@st.composite
def tagged(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """Up to five parts: spans of one to three words, and words outside spans."""
    tokens: list[str] = []
    tags: list[str] = []
    for _ in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(["", *TYPES]))
        words = draw(st.lists(WORDS, min_size=1, max_size=3))
        tokens += words
        tags += [f"{'I' if i else 'B'}-{kind}" if kind else "O" for i in range(len(words))]
    return tokens, tags


@st.composite
def frames(draw: st.DrawFn) -> pl.LazyFrame:
    """Up to twelve queries of three splits."""
    split = st.sampled_from(["train", "train", "validation", "test"])
    rows = draw(st.lists(st.tuples(tagged(), split), max_size=12))
    return pl.LazyFrame([(*query, part) for query, part in rows], schema=SCHEMA, orient="row")


def valid(tags: list[str]) -> bool:
    """Strict IOB2."""
    return all(
        not tag.startswith("I-") or before[2:] == tag[2:] for before, tag in zip(["O", *tags], tags, strict=False)
    )


def types_of(tags: list[str]) -> set[str]:
    return {tag[2:] for tag in tags} - {""}
