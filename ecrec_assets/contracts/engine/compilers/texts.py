"""Row rules about texts: length and pattern. Patterns run in Rust's engine, which cannot be made to backtrack."""

from __future__ import annotations

import polars as pl

from ecrec_assets.contracts.engine.compilers.columns import TEXT
from ecrec_assets.contracts.engine.compilers.domain import Asked
from ecrec_assets.contracts.engine.compilers.patterns import readable
from ecrec_assets.contracts.engine.compilers.values import within
from ecrec_assets.contracts.engine.table import CannotCompile


def length(asked: Asked) -> pl.Expr:
    """Characters of a text, entries of a list."""
    if isinstance(asked.dtype, pl.List):
        return asked.value.list.len()
    return asked.value.cast(pl.String).str.len_chars()


def length_between(asked: Asked) -> pl.Expr:
    return within(length(asked), asked.arguments)


def length_equals(asked: Asked) -> pl.Expr:
    return length(asked) == asked.arguments["value"]


def matches(asked: Asked) -> pl.Expr:
    return _contains(asked, asked.arguments["regex"])


def matches_not(asked: Asked) -> pl.Expr:
    return ~matches(asked)


def matches_list(asked: Asked) -> pl.Expr:
    hits = [_contains(asked, pattern) for pattern in asked.arguments["regex_list"]]
    how = asked.arguments.get("match_on") or "any"
    if how not in ("any", "all"):
        raise CannotCompile("match_on must be either 'any' or 'all'")
    return pl.any_horizontal(hits) if how == "any" else pl.all_horizontal(hits)


def matches_none(asked: Asked) -> pl.Expr:
    return ~pl.any_horizontal([_contains(asked, pattern) for pattern in asked.arguments["regex_list"]])


def _contains(asked: Asked, pattern: str) -> pl.Expr:
    """CannotCompile for a column that is not text and for a pattern the engine cannot read."""
    if not isinstance(asked.dtype, TEXT):
        raise CannotCompile(f"column {asked.column} is {asked.dtype}, not text, so no pattern can match it")
    return asked.value.cast(pl.String).str.contains(readable(pattern))
