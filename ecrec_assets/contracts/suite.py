"""A contract as a Great Expectations suite."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import reduce
from operator import and_, eq, ge, gt, le, lt, ne
from typing import Any, NamedTuple

from great_expectations import ExpectationSuite
from great_expectations.compatibility.pydantic import ValidationError
from great_expectations.exceptions import ExpectationNotFoundError
from great_expectations.expectations import core as _core  # noqa: F401  (registers the expectations of GX)
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.registry import get_expectation_impl
from great_expectations.expectations.row_conditions import Column as ConditionColumn
from great_expectations.expectations.row_conditions import Condition as RowCondition

from ecrec_assets.contracts import expectations as _own  # noqa: F401  (registers ours)
from ecrec_assets.contracts.engine.compilers.rows import ROW_METRICS
from ecrec_assets.contracts.model import Condition, Contract, Rule
from ecrec_assets.contracts.no_code import why_refused

COMPARISONS = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


class RuleError(ValueError):
    """A rule that cannot become an expectation; the message says why."""


class BuiltSuite(NamedTuple):
    """The suite, and the rules that could not be part of it with the reason."""

    suite: ExpectationSuite
    refused: dict[str, str]


def build_suite(contract: Contract) -> BuiltSuite:
    """Every rule of a contract as an expectation, in the order of the contract."""
    expectations: list[Expectation] = []
    refused: dict[str, str] = {}
    for rule in contract.rules:
        try:
            expectations.append(expectation_of(rule))
        except RuleError as error:
            refused[rule.name] = str(error)
    return BuiltSuite(ExpectationSuite(name=suite_name(contract), expectations=expectations), refused)


def suite_name(contract: Contract) -> str:
    """`raw/products` -> `raw.products`; Great Expectations makes folders of the dots."""
    return contract.key.replace("/", ".")


def expectation_of(rule: Rule) -> Expectation:
    """One rule as an expectation. RuleError for an unknown expectation, a wrong argument, or code."""
    if reason := why_refused(rule.kwargs):
        raise RuleError(reason)
    kind = _kind(rule)
    if rule.on_fail == "quarantine" and getattr(kind, "map_metric", None) not in ROW_METRICS:
        raise RuleError(f"{rule.expectation} cannot say which rows fail; use onFail block or warn")
    try:
        condition = {"row_condition": row_condition(rule.where)} if rule.where else {}
        return kind(**_plain(rule.kwargs), **condition, **_about(rule))
    except (ValidationError, TypeError, ValueError) as error:
        raise RuleError(_short(error)) from error


def _about(rule: Rule) -> dict[str, Any]:
    meta = {"rule": rule.name, "dimension": rule.dimension, "reason": rule.reason, "onFail": rule.on_fail}
    return {"severity": rule.severity, "notes": rule.reason, "meta": meta}


def _kind(rule: Rule) -> type[Expectation]:
    try:
        return get_expectation_impl(rule.expectation)
    except ExpectationNotFoundError as error:
        raise RuleError(f"there is no expectation called {rule.expectation}") from error


def row_condition(where: tuple[Condition, ...]) -> RowCondition:
    """All conditions together, as an object of Great Expectations; never as text, which would be run as code."""
    return reduce(and_, (_condition(condition) for condition in where))


def _condition(condition: Condition) -> RowCondition:
    column, value = ConditionColumn(condition.column), _plain(condition.value)
    match condition.operator:
        case "in":
            return column.is_in(value)
        case "not in":
            return column.is_not_in(value)
        case "is null":
            return column.is_null()
        case "is not null":
            return column.is_not_null()
        case operator if operator in COMPARISONS:
            return COMPARISONS[operator](column, value)
    known = ", ".join([*COMPARISONS, "in", "not in", "is null", "is not null"])
    raise RuleError(f"operator '{condition.operator}' of 'where' is not one of {known}")


def _plain(value: Any) -> Any:
    """YAML reads `2017-01-01` as a date; Great Expectations takes dates as text."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _short(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors())
    return str(error)
