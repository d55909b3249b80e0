"""A formula as a Polars expression over the columns of one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from difflib import get_close_matches
from operator import add, and_, eq, ge, gt, le, lt, mul, ne, or_, sub, truediv
from typing import Any, NamedTuple

import polars as pl

from ecrec_assets.contracts.formula.errors import FormulaError
from ecrec_assets.contracts.formula.tree import Call, Constant, Name, Node, read


class Function(NamedTuple):
    """How many parts it takes (`most` None: any number), what it makes of them, how it is written."""

    least: int
    most: int | None
    make: Callable[..., pl.Expr]
    usage: str


def _round(value: pl.Expr, digits: Any = 0) -> pl.Expr:
    if not isinstance(digits, int) or not 0 <= digits <= 12:
        raise FormulaError("round takes a whole number of digits from 0 to 12")
    return value.round(digits, mode="half_away_from_zero")


def _text(value: Any) -> pl.Expr:
    return value if isinstance(value, pl.Expr) else pl.lit(value)


FUNCTIONS: dict[str, Function] = {
    "abs": Function(1, 1, lambda value: value.abs(), "abs(x)"),
    "round": Function(1, 2, _round, "round(x, digits)"),
    "floor": Function(1, 1, lambda value: value.floor(), "floor(x)"),
    "ceil": Function(1, 1, lambda value: value.ceil(), "ceil(x)"),
    "min": Function(2, None, lambda *values: pl.min_horizontal(*values), "min(a, b, …)"),
    "max": Function(2, None, lambda *values: pl.max_horizontal(*values), "max(a, b, …)"),
    "coalesce": Function(2, None, lambda *values: pl.coalesce(*values), "coalesce(a, b, …)"),
    "if": Function(3, 3, lambda test, yes, no: pl.when(test).then(yes).otherwise(no), "if(condition, a, b)"),
    "trim": Function(1, 1, lambda value: value.str.strip_chars(), "trim(text)"),
    "lower": Function(1, 1, lambda value: value.str.to_lowercase(), "lower(text)"),
    "upper": Function(1, 1, lambda value: value.str.to_uppercase(), "upper(text)"),
    "length": Function(1, 1, lambda value: value.str.len_chars().cast(pl.Int64), "length(text)"),
    "replace": Function(
        3, 3, lambda value, old, new: value.str.replace_all(_text(old), _text(new), literal=True), "replace(text, a, b)"
    ),
    "concat": Function(2, None, lambda *values: pl.concat_str(*values), "concat(a, b, …)"),
}
SIGNS: dict[str, Callable[..., pl.Expr]] = {
    "+": add,
    "-": sub,
    "*": mul,
    "/": truediv,
    "==": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
    "and": and_,
    "or": or_,
    "not": lambda value: ~value,
    "negative": lambda value: -value,
    "is null": lambda value: value.is_null(),
    "is not null": lambda value: value.is_not_null(),
}
BARE = {"round": {1}}  # parts that are numbers of Python, not columns


def formula(text: str, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    """The value of the formula in each row. FormulaError names the unknown column or function, or unlike types."""
    expression = _expression(read(text), schema, text)
    try:
        pl.LazyFrame(schema=dict(schema)).select(expression.alias("value")).collect()
    except pl.exceptions.PolarsError as error:
        raise FormulaError(f"'{text}' does not fit the types of its columns: {str(error).splitlines()[0]}") from error
    return expression


def condition(text: str, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    """A formula that is true or false in each row, null counting as false."""
    expression = formula(text, schema)
    found = pl.LazyFrame(schema=dict(schema)).select(expression.alias("value")).collect_schema()["value"]
    if found != pl.Boolean:
        raise FormulaError(f"'{text}' is no condition: compare it with something, as in 'quantity > 0'")
    return expression.fill_null(value=False)


def _expression(node: Node, schema: Mapping[str, pl.DataType], text: str) -> pl.Expr:
    match node:
        case Constant(value, _):
            return pl.lit(value)
        case Name(column, at):
            if column not in schema:
                raise FormulaError(_unknown("column", column, schema), text, at)
            return pl.col(column)
        case Call("in" | "not in" as word, parts, at):
            first, *members = (_expression(part, schema, text) for part in _alike(parts, schema, text))
            if not members:
                raise FormulaError("the list after 'in' is empty", text, at)
            inside = pl.any_horizontal(*(first == member for member in members)).fill_null(value=False)
            return inside if word == "in" else ~inside
        case Call(name, parts, _) if name in SIGNS:
            return SIGNS[name](*(_expression(part, schema, text) for part in _alike(parts, schema, text)))
        case Call(name, parts, at):
            return _called(name, parts, at, schema, text)
    raise AssertionError(node)


def _alike(parts: tuple[Node, ...], schema: Mapping[str, pl.DataType], text: str) -> tuple[Node, ...]:
    """Text beside a column of times is a time."""
    kinds = [schema[part.column] for part in parts if isinstance(part, Name) and part.column in schema]
    moments = next((dtype for dtype in kinds if dtype.is_temporal()), None)
    if moments is None:
        return parts
    return tuple(_moment(part, moments, text) if isinstance(part, Constant) else part for part in parts)


def _moment(constant: Constant, dtype: pl.DataType, text: str) -> Constant:
    if not isinstance(constant.value, str):
        return constant
    try:
        read_ = datetime.fromisoformat(constant.value)
    except ValueError as error:
        raise FormulaError(
            f"'{constant.value}' is no date or time, such as 2017-01-31T08:30", text, constant.at
        ) from error
    return Constant(read_.date() if dtype == pl.Date else read_, constant.at)


def _called(name: str, parts: tuple[Node, ...], at: int, schema: Mapping[str, pl.DataType], text: str) -> pl.Expr:
    if name not in FUNCTIONS:
        raise FormulaError(_unknown("function", name, FUNCTIONS), text, at)
    function = FUNCTIONS[name]
    if len(parts) < function.least or (function.most is not None and len(parts) > function.most):
        raise FormulaError(f"{name} is written {function.usage}", text, at)
    values = [
        part.value if place in BARE.get(name, ()) and isinstance(part, Constant) else _expression(part, schema, text)
        for place, part in enumerate(parts)
    ]
    return function.make(*values)


def _unknown(kind: str, name: str, known: Mapping[str, Any]) -> str:
    near = get_close_matches(name, list(known), n=1, cutoff=0.5)
    there_are = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(known)}"
    return f"there is no {kind} '{name}': {there_are}"
