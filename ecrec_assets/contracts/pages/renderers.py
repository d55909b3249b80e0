"""What Great Expectations hands over, as the pages that show it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, ClassVar

from great_expectations import ExpectationSuite
from great_expectations.core import ExpectationSuiteValidationResult
from markupsafe import Markup

from ecrec_assets.contracts.pages.archive import Archive
from ecrec_assets.contracts.pages.rules import RuleRow, State, rule_row
from ecrec_assets.contracts.pages.view import Page
from ecrec_assets.contracts.pages.wording import words_of
from ecrec_assets.contracts.report_links import history_page_of, latest_page_of, page_of, suite_page_of
from ecrec_assets.verdict import Verdict

ORDER: tuple[State, ...] = ("blocked", "failed", "quarantined", "passed")


@dataclass(frozen=True)
class VerdictPage:
    """One verdict: what came in, what went out, and every rule with the worst first."""

    path: str
    verdict: Verdict
    rows: tuple[RuleRow, ...]
    template: ClassVar[str] = "verdict.html"

    @property
    def groups(self) -> list[tuple[State, list[RuleRow]]]:
        ordered = sorted(self.rows, key=lambda row: ORDER.index(row.state))
        return [(state, list(rows)) for state, rows in groupby(ordered, key=lambda row: row.state)]


@dataclass(frozen=True)
class HistoryPage:
    """Every verdict of one contract, newest first."""

    path: str
    verdicts: tuple[Verdict, ...]
    template: ClassVar[str] = "history.html"


@dataclass(frozen=True)
class SuiteRule:
    """One expectation of a suite in words."""

    words: Markup
    severity: str
    meta: dict[str, Any]


@dataclass(frozen=True)
class SuitePage:
    """What a contract asks, without any result."""

    path: str
    contract: str
    rules: tuple[SuiteRule, ...]
    template: ClassVar[str] = "suite.html"


class VerdictRenderer:
    """A stored result with the verdict that was given on it. The run of a result is named after its verdict."""

    def __init__(self, archive: str) -> None:
        self.archive = Archive(Path(archive))

    def render(self, result: ExpectationSuiteValidationResult) -> Iterator[Page]:
        """The verdict's page, then those that list it; none for a result without a verdict."""
        verdict = self.archive.find(result.meta["run_id"]["run_name"] or "")
        if verdict is None:
            return
        found = {each.expectation_config.meta["rule"]: each for each in result.results}
        rows = tuple(rule_row(rule, found.get(rule.name)) for rule in verdict.rules)
        yield VerdictPage(page_of(verdict.contract, verdict.id), verdict, rows)
        history = self.archive.shown(verdict.contract)
        yield HistoryPage(history_page_of(verdict.contract), tuple(history))
        if history[0].id == verdict.id:
            yield VerdictPage(latest_page_of(verdict.contract), verdict, rows)


class SuiteRenderer:
    """A suite in words."""

    def render(self, suite: ExpectationSuite) -> Iterator[Page]:
        contract = suite.name.replace(".", "/")
        rules = tuple(
            SuiteRule(words_of(e.configuration), str(e.severity.value), e.meta or {}) for e in suite.expectations
        )
        yield SuitePage(suite_page_of(contract), contract, rules)
