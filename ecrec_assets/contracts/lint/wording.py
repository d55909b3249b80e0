"""Reasons that give no reason."""

from __future__ import annotations

import re

from ecrec_assets.contracts.lint.subject import Subject
from ecrec_assets.contracts.model import Rule
from ecrec_assets.contracts.reading.problems import shown

FILLER = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "can",
        "check",
        "checks",
        "column",
        "columns",
        "expect",
        "expected",
        "for",
        "has",
        "have",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "must",
        "no",
        "not",
        "of",
        "on",
        "or",
        "rule",
        "rules",
        "should",
        "that",
        "the",
        "their",
        "there",
        "this",
        "to",
        "value",
        "values",
        "was",
        "we",
        "with",
    ]
)
FEWEST_WORDS = 2


def check(subject: Subject) -> None:
    """A reason should say what goes wrong without the rule, not the rule again."""
    for rule in subject.stated():
        own = _words(rule.reason) - _words(f"{rule.name} {rule.expectation} {rule.kwargs.get('column', '')}") - FILLER
        if len(own) < FEWEST_WORDS:
            entry = subject.reading.rules[rule.name].entry
            message = f"{subject.called(rule)}: the description '{shown(rule.reason)}' repeats the rule"
            way = "say what goes wrong for whom when it fails"
            subject.findings.warn(entry.at("description"), "reason", f"{message}; {way}")
        _severity(subject, rule)


def _severity(subject: Subject, rule: Rule) -> None:
    if rule.severity != "critical" and rule.on_fail == "block":
        message = f"{subject.called(rule)}: severity {rule.severity} never blocks, so onFail block does nothing"
        subject.findings.warn(subject.spot(rule), "severity", f"{message}; write onFail warn, or severity critical")
    if rule.severity == "critical" and rule.on_fail == "warn":
        message = f"{subject.called(rule)}: onFail warn never blocks, so severity critical does nothing"
        subject.findings.warn(subject.spot(rule), "severity", f"{message}; write severity warning, or onFail block")


def _words(text: str) -> set[str]:
    return {word.removesuffix("s") if len(word) > 3 else word for word in re.findall(r"[^\W_]+", text.casefold())}
