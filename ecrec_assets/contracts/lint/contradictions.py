"""Rules that no data can meet, rules that all data meets, and pairs that cannot both hold."""

from __future__ import annotations

from itertools import combinations

from ecrec_assets.contracts.lint.allowed import aggregate, allowed
from ecrec_assets.contracts.lint.subject import Subject
from ecrec_assets.contracts.model import Rule

PRESENT, EMPTY = "expect_column_values_to_not_be_null", "expect_column_values_to_be_null"
NOT_IN, IN = "expect_column_values_to_not_be_in_set", "expect_column_values_to_be_in_set"


def check(subject: Subject) -> None:
    """Pairs are reported at the rule that stands lower in the file; of derived rules the other one is."""
    for rule in subject.stated():
        _cannot_fail(subject, rule)
    for one, other in combinations(subject.contract.rules, 2):
        lower = other if subject.is_stated(other) else one
        if subject.is_stated(lower) and _asked_together(one, other) and _exclude(one, other):
            upper = one if lower is other else other
            message = f"{subject.called(lower)} and {_origin(subject, upper)} cannot both hold"
            spot = subject.spot(lower)
            subject.findings.error(spot, "contradiction", f"{message}: no value meets both; change one of them")


def share(rule: Rule) -> float:
    """The share of rows that has to pass."""
    mostly = rule.kwargs.get("mostly", 1)
    return float(mostly) if isinstance(mostly, int | float) else 1.0


def _cannot_fail(subject: Subject, rule: Rule) -> None:
    if rule.kwargs.get("mostly") == 0:
        message = f"{subject.called(rule)}: mostly is 0, so it never fails; give the share of rows that must pass"
        subject.findings.error(subject.kwarg_spot(rule, "mostly"), "cannot-fail", message)
    if rule.expectation.endswith("_to_be_between") and "quantile" not in rule.expectation:
        low, high = rule.kwargs.get("min_value"), rule.kwargs.get("max_value")
        if low is None and high is None:
            message = f"{subject.called(rule)}: it has neither min_value nor max_value, so it never fails; give one"
            subject.findings.error(subject.spot(rule), "cannot-fail", message)


def _asked_together(one: Rule, other: Rule) -> bool:
    """Whether too many rows have to meet both: the same rows with shares over 1 together, or all rows and some."""
    if one.where == other.where:
        return share(one) + share(other) > 1
    if one.where and other.where:
        return False
    everywhere, somewhere = (other, one) if one.where else (one, other)
    return share(everywhere) == 1 and share(somewhere) > 0


def _exclude(one: Rule, other: Rule) -> bool:
    column = one.kwargs.get("column")
    if column != other.kwargs.get("column") or (column is None and "row_count" not in one.expectation):
        return False
    kinds = {one.expectation, other.expectation}
    if kinds == {PRESENT, EMPTY}:
        return True
    if kinds == {IN, NOT_IN}:
        inside, outside = (one, other) if one.expectation == IN else (other, one)
        return all(value in outside.kwargs["value_set"] for value in inside.kwargs["value_set"])
    return _ranges_exclude(one, other)


def _ranges_exclude(one: Rule, other: Rule) -> bool:
    first, second = allowed(one), allowed(other)
    if first is not None and second is not None:
        return first.domain == second.domain and first.disjoint(second)
    values, figure = (first, aggregate(other)) if first is not None else (second, aggregate(one))
    of_all = share(one if first is not None else other) == 1 and not (one.where or other.where)
    return bool(values and figure and of_all and values.members is None and values.disjoint(figure))


def _origin(subject: Subject, rule: Rule) -> str:
    if subject.is_stated(rule):
        return f"{subject.called(rule)} in line {subject.spot(rule).line}"
    return f"'{rule.name}', which follows from the schema,"
