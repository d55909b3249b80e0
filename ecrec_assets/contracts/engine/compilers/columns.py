"""How a column is read: NaN counts as null, as pandas has it, and literals take the column's type."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import reduce
from itertools import combinations
from operator import and_
from typing import Any

import polars as pl
from dateutil.parser import ParserError, parse

from ecrec_assets.contracts.engine.plan import CannotCompile, Table


def value(table: Table, name: str) -> pl.Expr:
    """The column with NaN as null."""
    column = pl.col(name)
    return column.fill_nan(None) if table.column(name).is_float() else column


def all_of(conditions: Iterable[pl.Expr]) -> pl.Expr:
    """True where every condition is; true everywhere when there are none."""
    return reduce(and_, conditions, pl.lit(value=True))


def pairs(values: list[pl.Expr]) -> list[tuple[pl.Expr, pl.Expr]]:
    return list(combinations(values, 2))


def comparable(dtype: pl.DataType, constant: Any) -> Any:
    """A constant that may be compared with a column of this type. Dates given as text are read."""
    if dtype.is_temporal():
        return moment(dtype, constant)
    if isinstance(dtype, pl.String | pl.Categorical | pl.Enum) != isinstance(constant, str):
        raise CannotCompile("Column values, min_value, and max_value must either be None or of the same type.")
    return constant


def moment(dtype: pl.DataType, constant: Any) -> Any:
    """A date or time in the zone of the column: naive text is read as local time of that zone."""
    read = _parsed(constant) if isinstance(constant, str) else constant
    if not isinstance(read, date):
        raise CannotCompile(f"'{constant}' is not a date or time")
    if isinstance(dtype, pl.Datetime):
        stamp = read if isinstance(read, datetime) else datetime(read.year, read.month, read.day)  # noqa: DTZ001
        return _in_zone(stamp, dtype.time_zone)
    return read.date() if isinstance(read, datetime) and read.time() == datetime.min.time() else read


def _parsed(text: str) -> datetime:
    try:
        return parse(text)
    except (ParserError, OverflowError) as error:
        raise CannotCompile(f"'{text}' is not a date or time") from error


def _in_zone(stamp: datetime, zone: str | None) -> pl.Expr | datetime:
    if zone is None:
        return stamp if stamp.tzinfo is None else stamp.replace(tzinfo=None)
    if stamp.tzinfo is None:
        return pl.lit(stamp).dt.replace_time_zone(zone)
    return pl.lit(stamp).dt.convert_time_zone(zone)


def known_values(dtype: pl.DataType, values: Iterable[Any]) -> pl.Series:
    """The members of a set that a column of this type can hold at all; a number never equals a text."""
    kept = [member for member in (_member(dtype, item) for item in values) if member is not None]
    return pl.Series("set", kept, dtype=_set_type(dtype), strict=False).drop_nulls().unique()


def _set_type(dtype: pl.DataType) -> pl.DataType:
    if isinstance(dtype, pl.Categorical | pl.Enum):
        return pl.String()
    return pl.Float64() if dtype.is_float() else dtype


def _member(dtype: pl.DataType, item: Any) -> Any:
    if dtype.is_temporal():
        return _moment_or_none(dtype, item)
    if dtype == pl.Boolean:
        return bool(item) if item in (0, 1) else None
    if dtype.is_numeric():
        return _number_or_none(dtype, item)
    return item if isinstance(item, str) else None


def _number_or_none(dtype: pl.DataType, item: Any) -> Any:
    if isinstance(item, str) or item is None:
        return None
    return None if dtype.is_integer() and item != int(item) else item


def _moment_or_none(dtype: pl.DataType, item: Any) -> Any:
    try:
        read = moment(dtype, item)
    except CannotCompile:
        return None
    return pl.select(read).item() if isinstance(read, pl.Expr) else read
