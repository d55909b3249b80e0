"""Row rule: lists of tags that are IOB2, of known types, one a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import polars as pl

from ecrec_assets.contracts.engine.compilers.domain import Asked
from ecrec_assets.contracts.engine.table import CannotCompile

LISTS = pl.List | pl.Array | pl.Null
LONGEST = 60  # words that are shown of one row


def iob2(asked: Asked) -> pl.Expr:
    """Every tag is known, and an I- continues a span of its own type; with `token_column`, one tag a word."""
    tags = _texts(asked, asked.column)
    types = asked.arguments.get("types")
    tag, before = pl.element(), pl.element().shift(1, fill_value="O")
    known = tag.is_in(tags_of(types)) if types else tag.str.contains(r"^(O|[BI]-\S+)$")
    continues = before.str.starts_with("B-") | before.str.starts_with("I-")
    goes_on = continues & (before.str.slice(2) == tag.str.slice(2))
    fine = tags.list.eval((known & (~tag.str.starts_with("I-") | goes_on)).fill_null(value=False)).list.all()
    words = asked.arguments.get("token_column")
    if words is None:
        return fine
    return fine & (tags.list.len() == _texts(asked, words).list.len()).fill_null(value=False)


def tags_of(types: Sequence[str]) -> list[str]:
    """`O`, and for each type its `B-` and its `I-`."""
    return ["O", *(f"{side}-{name}" for name in types for side in "BI")]


def told(asked: Asked, row: Mapping[str, Any]) -> str:
    """One failing row as a person reads it: `baby/B-modifier plush/I-size: I-size of 'plush' follows B-modifier`."""
    tags, words = list(row[asked.column]), row.get(asked.arguments.get("token_column") or "")
    named = [f"{word}/{tag}" for word, tag in zip(words, tags, strict=False)] if words else [str(tag) for tag in tags]
    shown = " ".join(named[:LONGEST]) + (" …" if len(named) > LONGEST else "")
    if asked.arguments.get("token_column") in row:
        amiss = "there are tags and no words" if words is None else _length(tags, words)
    else:
        amiss = None
    return f"{shown}: {amiss or _reason(tags, asked.arguments.get('types'))}"


def _length(tags: list[Any], words: list[Any]) -> str | None:
    return None if len(tags) == len(words) else f"{_counted(tags, 'tag')} for {_counted(words, 'word')}"


def _reason(tags: list[str | None], types: Sequence[str] | None) -> str:
    before: str | None = "O"
    for place, tag in enumerate(tags):
        if wrong := _wrong(tag, before, types):
            return f"{wrong} (word {place + 1})"
        before = tag
    return "as many tags as words are asked for"


def _wrong(tag: str | None, before: str | None, types: Sequence[str] | None) -> str | None:
    if tag is None:
        return "a tag is missing"
    side, _, name = tag.partition("-")
    if tag != "O" and (side not in ("B", "I") or not name):
        return f"'{tag}' is no tag; there are O, B-… and I-…"
    if tag != "O" and types and name not in types:
        near = get_close_matches(name, types, n=1, cutoff=0.6)
        return f"the label '{name}' is unknown" + (f"; do you mean '{near[0]}'?" if near else "")
    if side == "I" and (before or "O")[2:] != name:
        return f"{tag} follows {before}, so nothing begins the span"
    return None


def _counted(values: list[Any], noun: str) -> str:
    return f"{len(values)} {noun}{'' if len(values) == 1 else 's'}"


def _texts(asked: Asked, name: str) -> pl.Expr:
    dtype = asked.table.column(name)
    if name in asked.table.untyped:
        return pl.lit(None, dtype=pl.List(pl.String))
    if not isinstance(dtype, LISTS):
        raise CannotCompile(f"column {name} is {dtype}, not a list of texts")
    inner = getattr(dtype, "inner", pl.Null())
    if not isinstance(inner, pl.String | pl.Categorical | pl.Enum | pl.Null):
        raise CannotCompile(f"column {name} is {dtype}, not a list of texts")
    return pl.col(name).cast(pl.List(pl.String))
