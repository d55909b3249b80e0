"""Columns that are named and do not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ecrec_assets.contracts.engine.compilers.expressions import columns_of
from ecrec_assets.contracts.engine.table import CannotCompile
from ecrec_assets.contracts.lint.subject import Subject
from ecrec_assets.contracts.model import Rule
from ecrec_assets.contracts.reading.problems import near, shown
from ecrec_assets.contracts.reading.tree import Map, maps

COLUMN_ARGUMENT = re.compile(r"(?!reference)(.*_)?columns?(_list|_set|_[AB])?")
EXISTENCE = "expect_column_to_exist"  # asks whether a column is there at all


def check(subject: Subject) -> None:
    """In arguments, expressions, conditions and the service level."""
    known = subject.reading.columns
    for rule in subject.stated():
        if rule.expectation == EXISTENCE:
            continue
        for argument, column in columns_named(rule):
            if column not in known:
                spot = subject.kwarg_spot(rule, argument)
                subject.findings.error(
                    spot, "unknown-column", _message(f"{subject.called(rule)}: {argument}", column, known)
                )
        for condition in rule.where:
            if condition.column not in known:
                spot = subject.where_spot(rule, condition.column)
                subject.findings.error(
                    spot, "unknown-column", _message(f"{subject.called(rule)}: where", condition.column, known)
                )
        _expressions(subject, rule)
    _freshness(subject)


def columns_named(rule: Rule) -> Iterator[tuple[str, str]]:
    """Each argument that names a column, with the column."""
    for argument, value in rule.kwargs.items():
        if COLUMN_ARGUMENT.fullmatch(argument):
            yield from ((argument, name) for name in _texts(value))
        elif "operator" in rule.kwargs and argument in ("left", "right"):
            yield from ((argument, name) for name in dict.fromkeys(_in_tree(value)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (item for item in value if isinstance(item, str))


def _in_tree(tree: Any) -> Iterator[str]:
    try:
        yield from columns_of(tree)
    except CannotCompile:
        return


def _expressions(subject: Subject, rule: Rule) -> None:
    for side in ("left", "right") if "operator" in rule.kwargs else ():
        try:
            list(columns_of(rule.kwargs.get(side)))
        except CannotCompile as error:
            spot = subject.kwarg_spot(rule, side)
            subject.findings.error(spot, "expression", f"{subject.called(rule)}: {side}: {shown(str(error))}")


def _freshness(subject: Subject) -> None:
    freshness, document = subject.contract.freshness, subject.reading.document
    if freshness is None or document is None or freshness.column in subject.reading.columns:
        return
    for sla in maps(document, "slaProperties"):
        if sla.get("property") == "freshness":
            message = _message("freshness", freshness.column, subject.reading.columns)
            subject.findings.error(sla.at("element"), "unknown-column", message)


def _message(place: str, column: str, known: dict[str, Map]) -> str:
    return f"{place}: no column '{shown(column)}'{near(column, known, otherwise=_there_are(known))}"


def _there_are(known: dict[str, Map]) -> str:
    names = [shown(name) for name in known]
    return f"; there are {', '.join(names[:12])}" + (f" and {len(names) - 12} more" if len(names) > 12 else "")
