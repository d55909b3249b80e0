"""Conditions that no row can meet, so that their rule is never asked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from ecrec_assets.contracts.lint.allowed import Allowed, allowed
from ecrec_assets.contracts.lint.contradictions import share
from ecrec_assets.contracts.lint.subject import Subject
from ecrec_assets.contracts.model import Condition, Rule
from ecrec_assets.contracts.reading.arguments import comparable
from ecrec_assets.contracts.reading.problems import shown


def check(subject: Subject) -> None:
    """Against each other, against what the contract lets the column hold, and against `required`."""
    required = {column.name for column in subject.contract.columns if column.required}
    for rule in subject.stated():
        for one, other in combinations(rule.where, 2):
            if one.column == other.column and _exclude(one, other):
                _never(subject, rule, other, f"no {shown(one.column)} is {_said(one)} and {_said(other)}")
        for condition in rule.where:
            if condition.operator == "is null" and condition.column in required:
                _never(subject, rule, condition, f"{shown(condition.column)} is required")
            for name in _forbidding(subject, rule, condition):
                _never(subject, rule, condition, f"'{name}' lets no {shown(condition.column)} be {_said(condition)}")


def _never(subject: Subject, rule: Rule, condition: Condition, why: str) -> None:
    message = f"{subject.called(rule)}: 'where' is never true, so the rule never fails: {why}"
    subject.findings.error(subject.where_spot(rule, condition.column), "unreachable", message)


def _said(condition: Condition) -> str:
    value = "" if condition.value is None else f" {shown(str(condition.value))}"
    return f"{condition.operator}{value}"


def _set(condition: Condition) -> Allowed | None:
    """The values for which a condition is true; None where that is no range and no list."""
    value = condition.value
    match condition.operator:
        case "==":
            return Allowed(condition.column, "value", members=(_plain(value),))
        case "in":
            return Allowed(condition.column, "value", members=tuple(_plain(item) for item in value))
        case ">" | ">=":
            return Allowed(condition.column, "value", low=comparable(value), strict_low=condition.operator == ">")
        case "<" | "<=":
            return Allowed(condition.column, "value", high=comparable(value), strict_high=condition.operator == "<")
    return None


def _plain(value: Any) -> Any:
    number = None if isinstance(value, bool) else comparable(value)
    return value if number is None else number


def _exclude(one: Condition, other: Condition) -> bool:
    nullness = {one.operator, other.operator}
    if "is null" in nullness:
        return bool(nullness & {"is not null", "==", "in", "<", "<=", ">", ">="})
    if nullness in ({"==", "!="}, {"in", "not in"}):
        return one.value == other.value
    first, second = _set(one), _set(other)
    return first is not None and second is not None and first.disjoint(second)


def _forbidding(subject: Subject, rule: Rule, condition: Condition) -> Iterator[str]:
    """Rules without exception or condition that no value of the condition meets."""
    wanted = _set(condition)
    for other in subject.contract.rules:
        values = allowed(other) if other is not rule and not other.where and share(other) == 1 else None
        held = other.severity == "critical" and other.on_fail != "warn"
        closed = other.name == f"{condition.column}_is_known"  # an enum is closed, whatever share is let through
        if closed and not subject.is_stated(other):
            values, held = allowed(other), True
        same = values is not None and (values.column, values.domain) == (condition.column, "value")
        if wanted and values and held and same and wanted.disjoint(values):
            yield other.name
