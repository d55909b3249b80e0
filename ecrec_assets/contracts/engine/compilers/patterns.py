"""Patterns: read before any row is, and refused when they could run away.

Rust's engine matches in time linear in the text, so catastrophic backtracking cannot happen; look-around and
back-references, which would need a backtracking engine, are refused and never handed to Python's `re`. What could still
explode is the compiled pattern, through counted repetition: `(a{1000}){1000}` is a million states, and too large.
"""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from ecrec_assets.contracts.engine.table import CannotCompile

LONGEST = 10_000


@lru_cache(maxsize=1024)
def refused(pattern: str) -> str | None:
    """Why a pattern cannot be used; None when it can. Costs no more than reading the pattern once."""
    if not isinstance(pattern, str):
        return "it is not text"
    if len(pattern) > LONGEST:
        return f"it has {len(pattern):,} characters, at most {LONGEST:,} are allowed"
    try:
        pl.select(pl.lit("").str.contains(pattern))
    except pl.exceptions.PolarsError as error:
        return _why(str(error))
    return None


def readable(pattern: str) -> str:
    """The pattern. CannotCompile names it with the reason why it cannot be used."""
    reason = refused(pattern)
    if reason:
        raise CannotCompile(f"the pattern '{str(pattern)[:200]}' cannot be used: {reason}")
    return pattern


def _why(message: str) -> str:
    if "look-around" in message:
        return "look-around is not supported"
    if "backreferences" in message:
        return "back-references are not supported"
    if "size limit" in message:
        return "its repetitions, written out, are more than 10 MB"
    return next((line for line in message.splitlines() if line.startswith("error:")), message.splitlines()[0])
