"""Patterns of codes, learned from their shapes: anchored and linear, so that no text can make them slow."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from ecrec_assets.contracts.draft import wording
from ecrec_assets.contracts.draft.finding import Finding, Role
from ecrec_assets.contracts.draft.margin import mostly
from ecrec_assets.contracts.draft.names import rule_name
from ecrec_assets.contracts.draft.profile import ROWS, VALUE, ColumnProfile

KNOWN = {
    "an e-mail address": r"^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$",
    "a web address": r"^https?://[^\s/]+\.?[^\s]*$",
    "a UUID": r"^[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$",
}
CLASSES = {"9": "[0-9]", "A": "[A-Z]", "a": "[a-z]"}
MOST_SHAPES = 4
LONGEST_SHAPE = 24
MOST_SPACES = 1  # more, and it is a sentence
COVERED = 0.99
LEAST_DIFFERENT = 20


def patterns(column: ColumnProfile, role: Role) -> Iterator[Finding]:
    """One rule for a text of codes, e-mail or web addresses; none for free text, which has too many shapes."""
    if role not in ("identifier", "text") or column.dtype != pl.String() or column.distinct < LEAST_DIFFERENT:
        return
    known = ((said, regex) for said, regex in KNOWN.items() if _share(column, regex) >= COVERED)
    said, regex = next(known, ("a code of the known form", learned(column)))
    if regex is None:
        return
    failed = column.present - column.rows_where(pl.col(VALUE).str.contains(regex))
    yield Finding.row_rule(
        failed,
        name=rule_name(column.name, "has_its_form"),
        expectation="expect_column_values_to_match_regex",
        kwargs={"regex": regex, "mostly": mostly(failed, column.present)},
        dimension="consistency",
        reason=f"What is not {said} is not {wording.a(column.name)}: it joins nothing.",
        evidence=f"{wording.of(column.present - failed, column.present)}, {column.distinct:,} different values",
    )


def learned(column: ColumnProfile) -> str | None:
    """One alternative a shape, the most frequent first, with the lengths seen; None when no few shapes cover it."""
    shape = pl.col(VALUE).str.replace_all("[0-9]+", "9").str.replace_all("[A-Z]+", "A").str.replace_all("[a-z]+", "a")
    shapes = column.counts.with_columns(shape=shape).group_by("shape").agg(pl.col(ROWS).sum(), pl.col(VALUE))
    ordered = shapes.sort(ROWS, "shape", descending=[True, False]).head(MOST_SHAPES)
    kept, covered = [], 0
    for found, rows, values in ordered.iter_rows():
        if (
            len(found) > LONGEST_SHAPE
            or found.count(" ") > MOST_SPACES
            or not found.isascii()
            or not found.isprintable()
        ):
            return None
        kept.append(_alternative(found, pl.Series(values)))
        covered += rows
        if covered >= COVERED * column.present:
            break
    if covered < COVERED * column.present:
        return None
    return f"^{kept[0]}$" if len(kept) == 1 else f"^(?:{'|'.join(kept)})$"


def _alternative(shape: str, values: pl.Series) -> str:
    """A shape of one length keeps it; where lengths differ, one more and one less may come."""
    grouped = "".join(f"({CLASSES[sign]}+)" if sign in CLASSES else _literal(sign) for sign in shape)
    if not any(sign in CLASSES for sign in shape):
        return _literal(shape)
    runs = values.str.extract_groups(f"^{grouped}$").struct.unnest()
    sizes = [run.str.len_chars().to_list() for run in runs]
    lengths = iter([(min(size), max(size)) for size in sizes])
    return "".join(CLASSES[sign] + _times(*next(lengths)) if sign in CLASSES else _literal(sign) for sign in shape)


def _times(least: int, most: int) -> str:
    if least == most:
        return "" if least == 1 else f"{{{least}}}"
    return f"{{{max(1, least - 1)},{most + 1}}}"


def _share(column: ColumnProfile, regex: str) -> float:
    return column.rows_where(pl.col(VALUE).str.contains(regex)) / max(column.present, 1)


def _literal(text: str) -> str:
    """Signs that mean something in a pattern get a backslash; `-` and spaces mean nothing."""
    return re.sub(r"([.^$*+?{}\[\]\\|()])", r"\\\1", text)
