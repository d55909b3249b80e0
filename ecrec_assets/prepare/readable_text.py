"""The shop's abbreviated texts in words a customer would type."""

from __future__ import annotations

import polars as pl

from ecrec_assets.prepare.abbreviations import LAST_WORDS, PHRASES, WORDS

JOINING = (
    "and",
    "or",
    "with",
    "without",
    "in",
    "the",
    "of",
    "over",
    "under",
    "except",
    "to",
    "no",
    "ex",
    "exc",
    "excp",
)
UNKNOWN = "unknown"


def with_readable(frame: pl.LazyFrame, column: str, name: str) -> pl.LazyFrame:
    """Adds `name`, the words of `column`; each distinct text is worked out once, order is kept."""
    words = frame.select(column).unique().with_columns(readable(pl.col(column)).alias(name))
    return frame.join(words, on=column, how="left", nulls_equal=True, maintain_order="left")


def readable(text: pl.Expr) -> pl.Expr:
    """Lower-case words, one space apart, never empty or null.

    `FRZN SS PREMIUM ENTREES/DNRS/N` is `frozen single serve premium entrees dinners`: abbreviations are written out,
    words cut off at the end are completed or dropped, and notes in brackets go.
    """
    text = text.str.to_lowercase()
    for pattern, meaning in PHRASES.items():
        text = text.str.replace_all(pattern, meaning)
    tokens = text.str.extract_all(r"[a-z0-9]+").list.eval(pl.element().filter(pl.element().str.contains(r"..|\d")))
    tokens = _ending(tokens, pl.element().replace(LAST_WORDS)).list.eval(pl.element().replace(WORDS))
    words = _ending(_without_gaps(tokens), pl.element().replace(dict.fromkeys(JOINING, ""))).list.join(" ")
    return pl.when(words.str.strip_chars() != "").then(words.str.strip_chars()).otherwise(pl.lit(UNKNOWN))


def _ending(tokens: pl.Expr, change: pl.Expr) -> pl.Expr:
    """The tokens with `change` made to the last one only."""
    is_last = pl.int_range(pl.len()) == pl.len() - 1
    return tokens.list.eval(pl.when(is_last & (pl.len() > 1)).then(change).otherwise(pl.element()))


def _without_gaps(tokens: pl.Expr) -> pl.Expr:
    """No empty word and no word twice in a row."""
    word = pl.element()
    return (
        tokens.list.join(" ").str.extract_all(r"[a-z0-9]+").list.eval(word.filter(word != word.shift(1, fill_value="")))
    )
