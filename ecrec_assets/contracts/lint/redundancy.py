"""Rules that another rule already implies."""

from __future__ import annotations

from ecrec_assets.contracts.lint.allowed import allowed
from ecrec_assets.contracts.lint.contradictions import share
from ecrec_assets.contracts.lint.subject import Subject
from ecrec_assets.contracts.model import Rule

KEYS = ("expect_column_list_to_be_a_key", "expect_compound_columns_to_be_unique", "expect_rows_to_be_distinct")
UNIQUE = "expect_column_values_to_be_unique"
SAME = ("mostly", "ignore_row_if")


def check(subject: Subject) -> None:
    """Of two that imply each other the one lower in the file is named; derived rules are never blamed."""
    rules = subject.contract.rules
    for index, rule in enumerate(rules):
        if not subject.is_stated(rule):
            continue
        for place, other in enumerate(rules):
            if other is rule or not _implies(other, rule):
                continue
            if subject.is_stated(other) and place > index and _implies(rule, other):
                continue
            by = f"'{other.name}'" if subject.is_stated(other) else f"'{other.name}', which follows from the schema"
            message = f"{subject.called(rule)} says nothing that {by} does not say already; drop it or make it stricter"
            subject.findings.warn(subject.spot(rule), "redundant", message)
            break


def _implies(strong: Rule, weak: Rule) -> bool:
    """Whether data that passes `strong` always passes `weak`, and is refused no later."""
    if _consequence(strong) < _consequence(weak) or share(strong) < share(weak):
        return False
    if strong.where and strong.where != weak.where:
        return False
    if _key(strong) and _key(weak):
        return _key(strong) <= _key(weak)
    first, second = allowed(strong), allowed(weak)
    if first is not None and second is not None:
        return (first.column, first.domain) == (second.column, second.domain) and first.within(second)
    return strong.expectation == weak.expectation and _rest(strong) == _rest(weak)


def _key(rule: Rule) -> frozenset[str]:
    """The columns whose values together may come once; empty for another kind of rule."""
    if rule.expectation == UNIQUE:
        return frozenset([rule.kwargs.get("column", "")])
    names = rule.kwargs.get("column_list") if rule.expectation in KEYS else None
    return frozenset(names) if isinstance(names, list) else frozenset()


def _consequence(rule: Rule) -> bool:
    """Whether the rule can keep a table from being published."""
    return rule.severity == "critical" and rule.on_fail != "warn"


def _rest(rule: Rule) -> dict[str, object]:
    return {name: value for name, value in rule.kwargs.items() if name not in SAME}
