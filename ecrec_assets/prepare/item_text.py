"""The name of an item as a person may read it, and whether it is a name at all."""

from __future__ import annotations

import html
import re
import unicodedata

import polars as pl

NOT_SHOWN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b\ufeff]")
WORD = re.compile(r"[^\W_]+")
REMARKS = frozenset(
    WORD.findall(
        "damage damages damaged broken crushed smashed cracked faulty mouldy rusty wet lost missing found check "
        "checked counted adjust adjusted adjustment thrown throw destroyed returned unsaleable unsellable mailout "
        "test sample samples display showroom amazon ebay dotcom fba mia manual sold wrong wrongly barcode incorrect "
        "incorrectly mystery"
    )
)
AROUND = frozenset(
    WORD.findall(
        "a an and as away code credit entry for in is it made mix mixed of on or pallet put sale sales set sets stock "
        "the to up was"
    )
)


def clean_text(column: str) -> pl.Expr:
    """Mended: wrong decoding, entities, signs that are not shown, blanks; null when nothing is left."""
    return pl.col(column).cast(pl.String).map_batches(_mended, return_dtype=pl.String)


def _mended(texts: pl.Series) -> pl.Series:
    """Each distinct text is worked on once."""
    distinct = texts.unique().drop_nulls()
    mended = {text: mend(text) for text in distinct}
    return texts.replace_strict(mended, default=None, return_dtype=pl.String)


def mend(text: str) -> str | None:
    """`CAFÃ‰  au lait ` -> `CAFÉ au lait`."""
    text = _decoded(text)
    text = NOT_SHOWN.sub("", unicodedata.normalize("NFC", html.unescape(text)))
    return " ".join(text.split()) or None


def is_note(text: str) -> bool:
    """A remark of a stock keeper, such as `damages?`, `?` or `wet pallet`: no letter or digit, or only such words."""
    words = [word.lower() for word in WORD.findall(text)]
    if not any(word in REMARKS for word in words):
        return not words
    return all(word in REMARKS or word in AROUND or word.isdigit() for word in words)


def _decoded(text: str) -> str:
    """UTF-8 that was read as cp1252, read again; other text is no UTF-8 then and stays."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text
