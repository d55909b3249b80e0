"""How a rule reads another table, and how values of two tables are made comparable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import polars as pl

from ecrec_assets.contracts.engine.compilers.columns import TEXT, midnight, value
from ecrec_assets.contracts.engine.table import CannotCompile, Table

INSTANT = pl.Datetime("us")


def reference(table: Table, name: str, columns: Sequence[str]) -> pl.LazyFrame:
    """`columns` of the published table `name`, NaN as null. CannotCompile names the table or column not there."""
    if name not in table.references:
        raise CannotCompile(f"reference table '{name}' was not given; it has to be published first")
    frame = table.references[name]
    schema = frame.collect_schema()
    for column in columns:
        if column not in schema:
            raise CannotCompile(f"reference table '{name}' has no column '{column}'")
    parts = [pl.col(c).fill_nan(None) if schema[c].is_float() else pl.col(c) for c in columns]
    return frame.select(part.alias(f"r{i}") for i, part in enumerate(parts))


def shared(left: pl.DataType, right: pl.DataType) -> pl.DataType | None:
    """The type in which values of two columns may be compared for equality; None when they are unlike."""
    if left == right and not isinstance(left, pl.Categorical | pl.Enum):
        return left
    if isinstance(left, TEXT) and isinstance(right, TEXT):
        return pl.String()
    if left.is_integer() and right.is_integer():
        return pl.Int128()
    if left.is_numeric() and right.is_numeric():
        return pl.Float64()
    if isinstance(left, pl.Datetime) and isinstance(right, pl.Datetime) and left.time_zone == right.time_zone:
        return pl.Datetime("ns", left.time_zone)
    return None


def alike(table: Table, column: str, name: str, other: str) -> pl.DataType:
    """The shared type of a column and a column of a reference. CannotCompile when there is none."""
    left, right = table.column(column), reference(table, name, [other]).collect_schema()["r0"]
    found = shared(left, right)
    if found is None:
        raise CannotCompile(f"{column} is {left} but {name}.{other} is {right}")
    return found


def keys(table: Table, columns: Sequence[str], name: str, others: Sequence[str]) -> tuple[pl.Expr, pl.Series]:
    """The columns of a row as one value, and the distinct whole keys of the reference in the same type."""
    if len(columns) != len(others):
        raise CannotCompile(f"{len(columns)} columns cannot be looked up in {len(others)} columns of {name}")
    pairs = zip(columns, others, strict=True)
    types = {f"r{i}": alike(table, column, name, other) for i, (column, other) in enumerate(pairs)}
    row = zip(columns, types.items(), strict=True)
    parts = [value(table, column).cast(dtype).alias(r) for column, (r, dtype) in row]
    published = reference(table, name, others).drop_nulls()
    read = published.with_columns(pl.col(r).cast(dtype) for r, dtype in types.items())
    found = read.unique().collect(engine="streaming")
    if len(parts) == 1:
        return parts[0], found.to_series()
    return pl.struct(*parts), found.select(pl.struct(pl.all())).to_series()


def instant(expression: pl.Expr, dtype: pl.DataType, column: str) -> pl.Expr:
    """A date or time as microseconds of UTC without a zone; a time without a zone is UTC, a date starts its day."""
    if isinstance(dtype, pl.Datetime):
        expression = expression if dtype.time_zone is None else expression.dt.convert_time_zone("UTC")
        return expression.dt.replace_time_zone(None).cast(INSTANT)
    if dtype == pl.Date:
        return expression.cast(INSTANT)
    raise CannotCompile(f"column {column} is {dtype}, not a date or time")


def moment_of(table: Table, column: str) -> pl.Expr:
    """A column of the table as `instant`."""
    return instant(value(table, column), table.column(column), column)


def utc(moment: date) -> datetime:
    """A date or time as UTC without a zone, to be compared with `instant`."""
    stamp = midnight(moment)
    return stamp if stamp.tzinfo is None else stamp.astimezone(UTC).replace(tzinfo=None)


def clock(table: Table, as_of: str | None) -> datetime:
    """`as_of`, or the time of the audit, as UTC without a zone. CannotCompile when neither is known."""
    if as_of:
        try:
            return utc(datetime.fromisoformat(as_of))
        except ValueError as error:
            raise CannotCompile(f"as_of '{as_of}' is not a date or time as ISO 8601 writes it") from error
    if table.now is None:
        raise CannotCompile("neither 'as_of' nor the time of the audit is known")
    return utc(table.now)
