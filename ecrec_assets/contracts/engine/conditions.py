"""Row conditions of Great Expectations as polars expressions that are never null.

A null keeps its row for `!=` and `not in`, as in pandas. Text and pass-through conditions are code: pandas would run
them, so they are refused.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import eq, ge, gt, le, lt, ne
from typing import Any

import polars as pl
from great_expectations.expectations.row_conditions import (
    AndCondition,
    ComparisonCondition,
    NullityCondition,
    OrCondition,
    PassThroughCondition,
    deserialize_row_condition,
)

from ecrec_assets.contracts.engine.compilers.columns import comparable, members, value
from ecrec_assets.contracts.engine.table import CannotCompile, Table

TEXT = "a row condition has to be an object, not text: text would be run as code"
COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


def clause(table: Table, given: Any) -> pl.Expr:
    """The condition, as an object or as its mapping. CannotCompile when it is code or does not fit the columns."""
    if isinstance(given, str):
        raise CannotCompile(TEXT)
    expression = _clause(table, deserialize_row_condition(given))
    table.check(expression)
    return expression


def _clause(table: Table, condition: Any) -> pl.Expr:
    match condition:
        case ComparisonCondition():
            return _comparison(table, condition.column.name, str(condition.operator), condition.parameter)
        case NullityCondition():
            values = value(table, condition.column.name)
            return values.is_null() if condition.is_null else values.is_not_null()
        case AndCondition():
            return pl.all_horizontal([_clause(table, part) for part in condition.conditions])
        case OrCondition():
            return pl.any_horizontal([_clause(table, part) for part in condition.conditions])
        case PassThroughCondition():
            raise CannotCompile(TEXT)
    raise CannotCompile(f"{type(condition).__name__} is not a condition this engine runs")


def _comparison(table: Table, column: str, operator: str, parameter: Any) -> pl.Expr:
    values, dtype = value(table, column), table.column(column)
    if operator in ("IN", "NOT_IN"):
        inside = values.is_in(members(dtype, parameter).implode()).fill_null(value=False)
        return inside if operator == "IN" else ~inside
    constant = parameter if dtype == pl.Boolean else comparable(dtype, parameter)
    return COMPARISONS[operator](values, constant).fill_null(value=operator == "!=")
