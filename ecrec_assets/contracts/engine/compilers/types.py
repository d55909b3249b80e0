"""Column types by any of their names: polars (`Int64`), numpy (`int64`) or Python (`int`)."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from ecrec_assets.contracts.engine.compilers.domain import Asked
from ecrec_assets.contracts.engine.table import CannotCompile

PYTHON_NAMES: dict[str, Callable[[pl.DataType], bool]] = {
    "int": lambda dtype: dtype.is_integer(),
    "float": lambda dtype: dtype.is_float(),
    "str": lambda dtype: dtype == pl.String,
    "bool": lambda dtype: dtype == pl.Boolean,
    "date": lambda dtype: dtype == pl.Date,
    "datetime": lambda dtype: isinstance(dtype, pl.Datetime),
    "datetime64": lambda dtype: isinstance(dtype, pl.Datetime),
    "Timestamp": lambda dtype: isinstance(dtype, pl.Datetime),
    "list": lambda dtype: isinstance(dtype, pl.List),
}
NO_COLUMN = ("object", "object_", "O")
NUMERIC = ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float32", "Float64")
OTHER = ("String", "Boolean", "Date", "Datetime", "Time", "Duration", "Categorical", "Enum", "Decimal", "List")
KNOWN = {*NUMERIC, *(name.lower() for name in NUMERIC), *OTHER, *NO_COLUMN}


def is_of(dtype: pl.DataType, name: str) -> bool:
    """Whether a column of this type answers to `name`. CannotCompile for a name that no type has."""
    if name in PYTHON_NAMES:
        return PYTHON_NAMES[name](dtype)
    if name.split("(")[0].split("[")[0] not in KNOWN:
        raise CannotCompile(f"there is no column type called {name}")
    return name in (str(dtype), str(dtype.base_type()), str(dtype).lower())


def of_type(asked: Asked) -> pl.Expr:
    return pl.lit(value=is_of(asked.dtype, asked.arguments["type_"]))


def in_type_list(asked: Asked) -> pl.Expr:
    return pl.lit(value=any(is_of(asked.dtype, name) for name in asked.arguments["type_list"]))
