"""Values as cells of a spreadsheet that may open, show and save them without changing one.

An empty cell is a missing value. A leading apostrophe says that the rest is text, to the letter: it stands before
whatever a spreadsheet would run as a formula, read as another number or date, round, or mistake for nothing.
"""

from __future__ import annotations

import json
import math
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from ecrec_assets.lake.row_text import plain

TEXT = "'"
LONGEST_INTEGER = 11  # digits; a longer one is shown, and saved, as 3.12E+11
LONGEST_FLOAT = 10  # significant digits that survive the general format of spreadsheets
SAFE = re.compile(r"[^\W\d_][^\t\r\n]*(?<!\s)")
TAKEN_FOR_DATE = re.compile(
    r"(jan|feb|m[aä]r|apr|may|mai|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-z]*[ ./-]*\d", re.IGNORECASE
)
TAKEN_FOR_TRUTH = {"true", "false", "wahr", "falsch", "vrai", "faux", "null", "nan", "inf", "infinity"}


class CellError(ValueError):
    """A cell that holds no value of its column; the message says what it should be."""


def cell_of(value: Any) -> str:
    """The cell of a value; `''` is a null."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            return _guarded(str(value), safe=len(str(abs(value))) <= LONGEST_INTEGER)
        case float():
            return _guarded(repr(value), safe=math.isfinite(value) and _digits(value) <= LONGEST_FLOAT)
        case str():
            return _guarded(value, safe=_is_safe(value))
        case datetime() | date() | Decimal():
            return TEXT + str(plain(value))
    return json.dumps(plain(value), ensure_ascii=False)


def value_of(cell: str, dtype: pl.DataType, *, comma: bool = False) -> Any:
    """The plain value (as `row_text` has it) of a cell. `comma`: the file writes decimals with a comma.

    CellError says what the column needs.
    """
    if cell == "":
        return None
    text = cell[1:] if cell.startswith(TEXT) else cell
    if dtype == pl.String:
        return text
    if isinstance(dtype, pl.List | pl.Array | pl.Struct):
        return _json(text)
    return _scalar(text.strip(), dtype, comma=comma)


def _scalar(text: str, dtype: pl.DataType, *, comma: bool) -> Any:
    if dtype.is_integer():
        return _integer(text)
    if dtype.is_float():
        return _float(text.replace(",", ".") if comma else text)
    if dtype == pl.Boolean:
        if text.lower() not in ("true", "false"):
            raise CellError(f"'{text}' is neither true nor false")
        return text.lower() == "true"
    if dtype.is_temporal():
        return _moment(text, dtype)
    return text


def _guarded(text: str, *, safe: bool) -> str:
    return text if safe else TEXT + text


def _is_safe(text: str) -> bool:
    """Begins with a letter and is nothing a spreadsheet knows better."""
    if text.casefold() in TAKEN_FOR_TRUTH or TAKEN_FOR_DATE.match(text):
        return False
    return bool(SAFE.fullmatch(text))


def _digits(value: float) -> int:
    return len(repr(value).lower().partition("e")[0].replace("-", "").replace(".", "").strip("0"))


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        pass
    if re.fullmatch(r"-?\d+\.0+", text):
        return int(text.partition(".")[0])
    rounded = ": a spreadsheet has rounded it; keep the apostrophe of the export" if "e" in text.lower() else ""
    raise CellError(f"'{text}' is no whole number{rounded}")


def _float(text: str) -> Any:
    try:
        return plain(float(text))
    except ValueError as error:
        raise CellError(f"'{text}' is no number") from error


def _moment(text: str, dtype: pl.DataType) -> str:
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise CellError(f"'{text}' is no date or time, such as 2017-01-31T08:30:00") from error
    if dtype == pl.Date:
        if (read.hour, read.minute, read.second, read.microsecond) != (0, 0, 0, 0):
            raise CellError(f"'{text}' is a time, and the column holds dates")
        return read.date().isoformat()
    zone = dtype.time_zone if isinstance(dtype, pl.Datetime) else None
    if (read.tzinfo is None) != (zone is None):
        raise CellError(f"'{text}' " + ("needs its time zone, such as +00:00" if zone else "must not name a time zone"))
    return read.isoformat()


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise CellError(f'\'{text}\' is no JSON list, such as ["a", "b"]') from error
