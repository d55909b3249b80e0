"""What a column is for: an identifier, a class, a measure, a time, a flag or free text."""

from __future__ import annotations

import re

import polars as pl

from ecrec_assets.contracts.draft.finding import Role
from ecrec_assets.contracts.draft.profile import FIRST, VALUE, ColumnProfile

IDENTIFYING = {
    *(
        "id",
        "ids",
        "uid",
        "guid",
        "uuid",
        "key",
        "code",
        "no",
        "nr",
        "num",
        "upc",
        "ean",
        "gtin",
        "asin",
        "isbn",
        "sku",
    ),
    *("barcode", "zip", "postcode", "postal", "hash", "token", "index"),
}
MOST_CLASSES = 64
ROWS_A_CLASS = 5  # fewer rows than this for each value, and the values are a list of names rather than classes


def words_of(name: str) -> list[str]:
    """`CustomerID` -> customer, id; `coupon_upc` -> coupon, upc."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]


def role_of(column: ColumnProfile) -> Role:
    """From the type, the name and the number of different values."""
    if column.dtype.is_temporal():
        return "time"
    if column.dtype == pl.Boolean():
        return "flag"
    if column.dtype.is_nested() or column.distinct == 0:
        return "other"
    if _is_identifier(column):
        return "identifier"
    if column.dtype.is_numeric():
        return "measure"
    if column.distinct <= MOST_CLASSES and column.present >= ROWS_A_CLASS * column.distinct:
        return "class"
    return "text"


def closed(column: ColumnProfile) -> bool:
    """No value is rare, and none is first seen in the second half of the rows: a new one would be news."""
    late = column.counts.filter(pl.col(FIRST) > column.rows // 2)
    return column.distinct > 0 and late.is_empty() and column.rarest >= 3


def _is_identifier(column: ColumnProfile) -> bool:
    if column.dtype.is_float():
        return _named(column.name) and bool((column.counts[VALUE] % 1 == 0).all())
    named = _named(column.name)
    numbered = column.dtype.is_integer() and column.present > 1_000 and column.distinct > 0.98 * column.present
    return named or numbered


def _named(name: str) -> bool:
    words = words_of(name)
    return bool(words) and (words[-1] in IDENTIFYING or words[0] == "id")
