"""How a column is read: NaN counts as null, as pandas has it, and constants take the column's type."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import reduce
from operator import and_
from typing import Any, cast

import polars as pl

from ecrec_assets.contracts.engine.table import CannotCompile, Table

TEXT = pl.String | pl.Categorical | pl.Enum


def value(table: Table, name: str) -> pl.Expr:
    """The column with NaN as null. CannotCompile when it may not be read."""
    column = pl.col(name)
    return column.fill_nan(None) if table.column(name).is_float() else column


def leaf(dtype: pl.DataType) -> pl.DataType:
    """The type of the values in lists of lists of … them; of any other column its own."""
    while isinstance(dtype, pl.List | pl.Array):
        dtype = cast("pl.DataType", dtype.inner)
    return dtype


def all_of(conditions: Iterable[pl.Expr]) -> pl.Expr:
    """True where every condition is; true everywhere when there are none."""
    first, *rest = [*conditions] or [pl.lit(value=True)]
    return reduce(and_, rest, first)


def comparable(dtype: pl.DataType, constant: Any) -> Any:
    """A constant that may be compared with a column of this type. Dates given as text are read."""
    if dtype.is_temporal():
        return moment(dtype, constant)
    if isinstance(dtype, TEXT) != isinstance(constant, str):
        raise CannotCompile(f"'{constant}' cannot be compared with a column of type {dtype}")
    return constant


def moment(dtype: pl.DataType, constant: Any) -> Any:
    """A date or time in the zone of the column: text without a zone is local time there."""
    read = _parsed(constant) if isinstance(constant, str) else constant
    if not isinstance(read, date):
        raise CannotCompile(f"{constant} is not a date or time")
    if isinstance(dtype, pl.Datetime):
        return _in_zone(midnight(read), dtype.time_zone)
    return read.date() if isinstance(read, datetime) and read.time() == datetime.min.time() else read


def midnight(day: date) -> datetime:
    """A time as it is, a date at its start."""
    return day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)


def _parsed(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise CannotCompile(f"'{text}' is not a date or time as ISO 8601 writes it") from error


def _in_zone(stamp: datetime, zone: str | None) -> pl.Expr | datetime:
    if zone is None:
        return stamp if stamp.tzinfo is None else stamp.replace(tzinfo=None)
    if stamp.tzinfo is None:
        return pl.lit(stamp).dt.replace_time_zone(zone)
    return pl.lit(stamp).dt.convert_time_zone(zone)


def members(dtype: pl.DataType, values: Iterable[Any]) -> pl.Series:
    """The members of a set that a column of this type can hold at all; a number never equals a text."""
    kept = [member for member in (_member(dtype, item) for item in values) if member is not None]
    held = pl.String() if isinstance(dtype, pl.Categorical | pl.Enum) else dtype
    return pl.Series("set", kept, dtype=held, strict=False).drop_nulls().unique()


def _member(dtype: pl.DataType, item: Any) -> Any:
    if dtype.is_temporal():
        return _moment_or_none(dtype, item)
    if dtype == pl.Boolean:
        return bool(item) if item in (0, 1) else None
    if not dtype.is_numeric():
        return item if isinstance(item, str) else None
    if isinstance(item, str) or item is None:
        return None
    return None if dtype.is_integer() and item != int(item) else item


def _moment_or_none(dtype: pl.DataType, item: Any) -> Any:
    try:
        read = moment(dtype, item)
    except CannotCompile:
        return None
    return pl.select(read).item() if isinstance(read, pl.Expr) else read
