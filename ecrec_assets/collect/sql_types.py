"""The types of a database as types of polars, exactly: what would lose a digit is an error, not a rounding."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

FREE_SCALE = 10  # digits after the point of a NUMERIC that names none


class Kind(NamedTuple):
    """A column's type, and what makes a driver's value one of it (None: it is one already)."""

    dtype: pl.DataType
    convert: Callable[[Any], Any] | None = None


def series(name: str, values: list[Any], kind: Kind) -> pl.Series:
    """The values as a column. Raises when one does not fit."""
    if kind.convert is not None:
        values = [None if value is None else kind.convert(value) for value in values]
    return pl.Series(name, values, dtype=kind.dtype, strict=True)


def kind_of(type_: TypeEngine[Any], *, exact: bool) -> Kind:
    """Of a column that the database has described. Not `exact`: SQLite, which keeps a number as it likes."""
    import sqlalchemy as sa

    if isinstance(type_, sa.Boolean):
        return Kind(pl.Boolean(), bool)
    if isinstance(type_, sa.SmallInteger | sa.BigInteger | sa.Integer):
        return Kind(pl.Int64())
    if isinstance(type_, sa.Float):
        return Kind(pl.Float64(), float)
    if isinstance(type_, sa.Numeric):
        return numeric(type_.precision, type_.scale) if exact else Kind(pl.Float64(), float)
    if isinstance(type_, sa.DateTime):
        return zoned() if getattr(type_, "timezone", False) else Kind(pl.Datetime("us"), moment)
    if isinstance(type_, sa.Date):
        return Kind(pl.Date(), day)
    if isinstance(type_, sa.LargeBinary):
        return Kind(pl.Binary(), bytes)
    return Kind(pl.String(), text)


POSTGRES = {
    16: Kind(pl.Boolean()),
    17: Kind(pl.Binary(), bytes),
    20: Kind(pl.Int64()),
    21: Kind(pl.Int64()),
    23: Kind(pl.Int64()),
    700: Kind(pl.Float64()),
    701: Kind(pl.Float64()),
    1082: Kind(pl.Date()),
    1114: Kind(pl.Datetime("us")),
}


def postgres_kind(column: Any) -> Kind:
    """Of a column of a cursor's description: (name, type oid, …, precision, scale, …)."""
    if column[1] == 1700:
        return numeric(column[4] if column[4] and column[4] < 1000 else None, column[5])
    return zoned() if column[1] == 1184 else POSTGRES.get(column[1], Kind(pl.String(), text))


def sqlite_kind(values: list[Any]) -> Kind:
    """Of a query's column in SQLite, which has types of values only: from the first thousand."""
    found = {type(value) for value in values if value is not None}
    if found == {int}:
        return Kind(pl.Int64())
    if found and found <= {int, float}:
        return Kind(pl.Float64(), float)
    return Kind(pl.Binary()) if found == {bytes} else Kind(pl.String(), text)


def numeric(precision: int | None, scale: int | None) -> Kind:
    """NUMERIC(p, s); without p and s, 38 digits, 10 of them after the point."""
    digits, places = (precision, scale or 0) if precision else (38, FREE_SCALE)
    if digits > 38:
        digits = 38

    def exactly(value: Any) -> Decimal:
        found = value if isinstance(value, Decimal) else Decimal(str(value))
        if not found.is_finite() or found != round(found, places):
            raise ValueError(f"{value} has no exact form with {places} digits after the point")
        return found

    return Kind(pl.Decimal(digits, places), exactly)


def zoned() -> Kind:
    return Kind(pl.Datetime("us", "UTC"), lambda value: moment(value).astimezone(UTC))


def moment(value: Any) -> datetime:
    """A driver's time; SQLite gives text."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def day(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def text(value: Any) -> str:
    """JSON as JSON, an interval in seconds, anything else as the driver writes it."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value.total_seconds()) if isinstance(value, timedelta) else str(value)
