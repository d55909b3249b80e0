"""Rows of a database or a Delta table in the types of a contract, where nothing is lost by it."""

from __future__ import annotations

import polars as pl

from ecrec_assets.collect.typed_text import UNREADABLE, with_types


def fitted(frame: pl.LazyFrame, schema: pl.Schema, zone: str) -> pl.LazyFrame:
    """The columns that `schema` names, with `_unreadable`; a column that is missing or too different is left as it is.

    Decimals become floats, small integers wide ones, zoned times plain times of `zone`, and text that a database keeps
    for want of a type is read as the contract's type. The gate judges the rest.
    """
    found = frame.collect_schema()
    present = [name for name in schema if name in found]
    frame = frame.select(_fitted(name, found[name], schema[name], zone) for name in present)
    late = {name: schema[name] for name in present if found[name] == pl.String() and schema[name] != pl.String()}
    if late:
        return with_types(frame, pl.Schema(late))
    return frame.with_columns(pl.lit(None, dtype=pl.String).alias(UNREADABLE))


def _fitted(name: str, found: pl.DataType, wanted: pl.DataType, zone: str) -> pl.Expr:
    column = pl.col(name)
    if isinstance(found, pl.Datetime) and isinstance(wanted, pl.Datetime):
        plain = column.dt.convert_time_zone(zone).dt.replace_time_zone(None) if found.time_zone else column
        return plain.dt.cast_time_unit("us")
    widens = found.is_integer() and wanted.is_integer() and wanted == pl.Int64()
    if widens or (wanted == pl.Float64() and (found.is_decimal() or found == pl.Float32())):
        return column.cast(wanted)
    return column.cast(pl.String) if found in (pl.Categorical, pl.Enum) and wanted == pl.String() else column
