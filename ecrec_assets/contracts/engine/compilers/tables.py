"""Metrics of the table as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

import polars as pl

from ecrec_assets.contracts.engine.compilers.domain import Asked
from ecrec_assets.contracts.engine.plan import Known, Plan, Scalar


def row_count(asked: Asked) -> Plan:
    return Scalar(pl.len() if asked.domain.where is None else asked.domain.where.sum(), int)


def column_difference(asked: Asked) -> Plan:
    return Known(schema_difference(asked.table.visible, asked.arguments["column_types"]))


def schema_difference(found: Mapping[str, pl.DataType], wanted: Mapping[str, str]) -> dict[str, Any]:
    """What differs, only the parts that do: missing, renamed (a near name is there instead), retyped, unexpected."""
    missing = [name for name in wanted if name not in found]
    unexpected = [name for name in found if name not in wanted]
    here = {name: dtype for name, dtype in wanted.items() if name in found}
    parts = {
        "missing": missing,
        "renamed": {name: near[0] for name in missing if (near := get_close_matches(name, unexpected, n=1))},
        "retyped": {name: f"{found[name]}, not {dtype}" for name, dtype in here.items() if str(found[name]) != dtype},
        "unexpected": unexpected,
    }
    return {part: names for part, names in parts.items() if names}


TABLE_METRICS: dict[str, Callable[[Asked], Plan]] = {
    "table.row_count": row_count,
    "table.schema_difference": column_difference,
}
