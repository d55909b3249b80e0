"""Arithmetic that a contract may state: a small tree of columns and numbers, never a string of code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import add, eq, ge, gt, le, lt, mul, ne, sub, truediv
from typing import Any

import polars as pl

from ecrec_assets.contracts.engine.compilers.columns import value
from ecrec_assets.contracts.engine.compilers.domain import Asked
from ecrec_assets.contracts.engine.table import CannotCompile, Table

ARITHMETIC: dict[str, Callable[..., pl.Expr]] = {
    "add": add,
    "sub": sub,
    "mul": mul,
    "div": truediv,
    "min": lambda left, right: pl.min_horizontal(left, right),
    "max": lambda left, right: pl.max_horizontal(left, right),
    "abs": lambda only: only.abs(),
}
COMPARISONS: dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    ">=": ge,
    ">": gt,
    "<=": le,
    "<": lt,
    "==": eq,
    "!=": ne,
}
SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}


def columns_of(tree: Any) -> Iterator[str]:
    """The columns a tree reads, in order: a text is a column, a number is itself, a mapping is one operation."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for part in _operation(tree)[1]:
            yield from columns_of(part)
    elif isinstance(tree, bool) or not isinstance(tree, int | float):
        raise CannotCompile(f"'{tree}' is not a column, a number or one of {', '.join(ARITHMETIC)}")


def wording(tree: Any) -> str:
    """The tree as a person would write it: `{sub: [sales_value, 1]}` is `sales_value - 1`."""
    if not isinstance(tree, dict):
        return str(tree)
    name, parts = _operation(tree)
    words = [f"({wording(part)})" if isinstance(part, dict) else wording(part) for part in parts]
    return f" {SIGNS[name]} ".join(words) if name in SIGNS else f"{name}({', '.join(words)})"


def holds(asked: Asked) -> pl.Expr:
    """`left operator right` on every row. A result that is not a number, such as 0/0, does not hold."""
    left, operator, right = (asked.arguments[name] for name in ("left", "operator", "right"))
    if operator not in COMPARISONS:
        raise CannotCompile(f"operator '{operator}' is not one of {', '.join(COMPARISONS)}")
    if not {*columns_of(left), *columns_of(right)}:
        raise CannotCompile("an expression has to read at least one column")
    return COMPARISONS[operator](_side(asked.table, left), _side(asked.table, right))


def _side(table: Table, tree: Any) -> pl.Expr:
    result = _expression(table, tree)
    return result.fill_nan(None) if isinstance(tree, dict) else result


def _expression(table: Table, tree: Any) -> pl.Expr:
    if isinstance(tree, str):
        return value(table, tree)
    if not isinstance(tree, dict):
        return pl.lit(tree)
    name, parts = _operation(tree)
    first, *rest = (_expression(table, part) for part in parts)
    result = first if rest else ARITHMETIC[name](first)
    for other in rest:
        result = ARITHMETIC[name](result, other)
    return result


def _operation(tree: dict[str, Any]) -> tuple[str, list[Any]]:
    if len(tree) != 1 or next(iter(tree)) not in ARITHMETIC:
        raise CannotCompile(f"{tree} has to be one operation of {', '.join(ARITHMETIC)}")
    name, parts = next(iter(tree.items()))
    parts = parts if isinstance(parts, list | tuple) else [parts]
    if (len(parts) == 1) != (name == "abs") or not parts:
        raise CannotCompile(f"'{name}' takes {'one part' if name == 'abs' else 'two parts or more'}")
    return name, list(parts)
