"""Column types by any of their names: polars (`Int64`), numpy (`int64`) or Python (`int`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from ecrec_assets.contracts.engine.compilers.domain import Domain
from ecrec_assets.contracts.engine.plan import CannotCompile, Table

Test = Callable[[pl.DataType], bool]

PYTHON_NAMES: dict[str, Test] = {
    "int": lambda dtype: dtype.is_integer(),
    "float": lambda dtype: dtype.is_float(),
    "str": lambda dtype: dtype == pl.String,
    "bool": lambda dtype: dtype == pl.Boolean,
    "date": lambda dtype: dtype == pl.Date,
    "datetime": lambda dtype: isinstance(dtype, pl.Datetime),
    "Timestamp": lambda dtype: isinstance(dtype, pl.Datetime),
    "datetime64": lambda dtype: isinstance(dtype, pl.Datetime),
    "list": lambda dtype: isinstance(dtype, pl.List),
    "Decimal": lambda dtype: dtype.is_decimal(),
    "long": lambda dtype: dtype.is_integer(),
    "object": lambda dtype: False,
}
NAMES = ("Int8 Int16 Int32 Int64 UInt8 UInt16 UInt32 UInt64 Float32 Float64 String Boolean Date Datetime Time Duration "
         "Categorical Enum Decimal List Struct Binary Null").split()


def is_of(dtype: pl.DataType, name: str) -> bool:
    """Whether a column of this type answers to `name`. CannotCompile for a name that no type has."""
    if name in PYTHON_NAMES:
        return PYTHON_NAMES[name](dtype)
    known = {*NAMES, *(n.lower() for n in NAMES if n[-1].isdigit())}
    if name.split("(")[0].split("[")[0] not in known | {"datetime64"}:
        raise CannotCompile(f"Unrecognized numpy/python type: {name}")
    return name in (str(dtype), str(dtype.base_type()), str(dtype).lower())


def of_type(table: Table, domain: Domain, values: dict[str, Any]) -> pl.Expr:
    return pl.lit(value=is_of(table.column(domain.column), values["type_"]))


def in_type_list(table: Table, domain: Domain, values: dict[str, Any]) -> pl.Expr:
    return pl.lit(value=any(is_of(table.column(domain.column), name) for name in values["type_list"]))
