"""Regular expressions that do not compile or can match nothing."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from re import _constants as constants  # type: ignore[attr-defined]
from re import _parser as parser
from typing import Any

from ecrec_assets.contracts.lint.allowed import allowed
from ecrec_assets.contracts.lint.subject import Subject
from ecrec_assets.contracts.model import Rule
from ecrec_assets.contracts.reading.problems import shown

MATCH = "expect_column_values_to_match_regex"
STARTS, ENDS = (constants.AT_BEGINNING, constants.AT_BEGINNING_STRING), (constants.AT_END_STRING,)
LONGEST = 10_000


def check(subject: Subject) -> None:
    """Of every rule with a `regex` or a `regex_list`."""
    for rule in subject.stated():
        for argument, pattern in _patterns(rule):
            if fault := fault_of(pattern):
                message = f"{subject.called(rule)}: {argument} '{shown(pattern)}' {fault}"
                subject.findings.error(subject.kwarg_spot(rule, argument), "pattern", message)
            elif rule.expectation == MATCH:
                _against_the_set(subject, rule, pattern)


def _patterns(rule: Rule) -> Iterator[tuple[str, str]]:
    for argument in ("regex", "regex_list"):
        given = rule.kwargs.get(argument)
        for pattern in given if isinstance(given, list) else [given]:
            if isinstance(pattern, str):
                yield argument, pattern


def fault_of(pattern: str) -> str | None:
    """Why a pattern is of no use; None when it may match something."""
    if len(pattern) > LONGEST:
        return f"has {len(pattern):,} characters; at most {LONGEST:,} are taken"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = parser.parse(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"is no regular expression: {error}"
    return "can match nothing: it asks for text before its start or after its end" if _impossible(tree) else None


def _impossible(tree: Any) -> bool:
    """A start after text, or text after an end, in one sequence; with MULTILINE a line may start in the middle."""
    if tree.state.flags & re.MULTILINE:
        return False
    consumed = ended = False
    for position, (operation, argument) in enumerate(tree):
        if operation is constants.AT:
            consumed_before_start = argument in STARTS and consumed
            ended = ended or argument in ENDS or argument is constants.AT_END
            if consumed_before_start:
                return True
        else:
            least = _least(tree, position)
            if ended and least > 0 and not _may_be_newline(operation, argument):
                return True
            consumed = consumed or least > 0
    return False


def _least(tree: Any, position: int) -> int:
    """The fewest characters that one element takes."""
    return int(parser.SubPattern(tree.state, [tree[position]]).getwidth()[0])


def _may_be_newline(operation: Any, argument: Any) -> bool:
    """`$` also stands before a last newline, so only a literal other than it is surely wrong."""
    return not (operation is constants.LITERAL and argument != ord("\n"))


def _against_the_set(subject: Subject, rule: Rule, pattern: str) -> None:
    """A closed list of values of which none has the pattern. Short patterns only: a long one may take for ever."""
    if rule.where or len(pattern) > 200:
        return
    for other in subject.contract.rules:
        values = allowed(other)
        if values is None or values.members is None or values.column != rule.kwargs.get("column") or other.where:
            continue
        texts = [member for member in values.members if isinstance(member, str) and len(member) <= 100]
        if texts and len(texts) == len(values.members) and not any(_found(pattern, text) for text in texts):
            message = f"{subject.called(rule)}: no value that '{other.name}' allows has the pattern '{shown(pattern)}'"
            subject.findings.error(subject.kwarg_spot(rule, "regex"), "contradiction", message)


def _found(pattern: str, text: str) -> bool:
    import polars as pl

    try:
        return bool(pl.Series([text]).str.contains(pattern).item())  # in linear time, whatever the pattern
    except pl.exceptions.PolarsError:
        return True
