"""A row as text and back, exactly: the same row gives the same text in every version of every library.

Fields that are null are left out, so a column that is added later, still empty, changes no row's text.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import polars as pl

DIGITS = 20  # 80 bits: two of a million different rows share an id once in a trillion tables


def text_of(row: Mapping[str, Any]) -> str:
    """`{"price": 1.5, "name": null}` -> `{"price":1.5}`; keys sorted, floats in their shortest exact form."""
    fields = {name: plain(value) for name, value in row.items() if value is not None}
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def texts_of(frame: pl.DataFrame, columns: Iterable[str]) -> list[str]:
    """One text a row, of these columns."""
    return [text_of(row) for row in frame.select(columns).iter_rows(named=True)]


def digest_of(text: str) -> str:
    """Twenty hex digits that stand for a row."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def frame_of(texts: Iterable[str], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """The rows again, in these types; a field the text lacks is null, one the schema lacks is left out.

    ValueError, TypeError or a polars error when a value cannot be of its column's type.
    """
    rows = [json.loads(text) for text in texts]
    columns = {
        name: pl.Series(name, [_typed(row.get(name), dtype) for row in rows], dtype=dtype, strict=True)
        for name, dtype in schema.items()
    }
    return pl.DataFrame(columns, schema=dict(schema))


def all_can_be(texts: Iterable[str], schema: Mapping[str, pl.DataType]) -> bool:
    """Whether these rows can be read in these types: a column may have been retyped since they were written."""
    try:
        frame_of(texts, schema)
    except (ValueError, TypeError, KeyError, ArithmeticError, AttributeError, pl.exceptions.PolarsError):
        return False
    return True


def plain(value: Any) -> Any:
    """A value as JSON can hold it without losing anything."""
    match value:
        case bool() | int() | str():
            return value
        case float():
            return _plain_float(value)
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return {"us": round(value / timedelta(microseconds=1))}
        case Decimal():
            return str(value.normalize())
        case bytes():
            return base64.b64encode(value).decode()
        case Mapping():
            return {name: plain(item) for name, item in value.items()}
        case None:
            return None
    return [plain(item) for item in value]


def _plain_float(value: float) -> float | str:
    """JSON has no NaN and no infinity; a negative zero is a zero."""
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    return value + 0.0


def _typed(value: Any, dtype: pl.DataType) -> Any:
    if value is None:
        return None
    match dtype:
        case pl.Datetime():
            return datetime.fromisoformat(value)
        case pl.Date():
            return date.fromisoformat(value)
        case pl.Time():
            return time.fromisoformat(value)
        case pl.Duration():
            return timedelta(microseconds=value["us"])
        case pl.Decimal():
            return Decimal(value)
        case pl.Binary():
            return base64.b64decode(value)
        case pl.List() | pl.Array():
            inner = dtype.inner
            assert isinstance(inner, pl.DataType)
            return [_typed(item, inner) for item in value]
        case pl.Struct():
            return {field.name: _typed(value.get(field.name), _instance(field.dtype)) for field in dtype.fields}
    return float(value) if dtype.is_float() else value


def _instance(dtype: Any) -> pl.DataType:
    return dtype if isinstance(dtype, pl.DataType) else dtype()
