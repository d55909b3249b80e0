"""The pages of one verdict: what came in, what went out, every rule, some failing rows, and the rules in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, ClassVar

from markupsafe import Markup

from ecrec_assets.contracts.breakdown import RowSample
from ecrec_assets.contracts.pages.heat import by_part
from ecrec_assets.contracts.pages.heat_html import heat_table
from ecrec_assets.contracts.pages.ledger import Line
from ecrec_assets.contracts.pages.links import Links
from ecrec_assets.contracts.pages.rules import RuleRow, State, rule_row, short
from ecrec_assets.contracts.pages.view import Page
from ecrec_assets.contracts.report_links import page_of, rows_page_of, suite_page_of
from ecrec_assets.verdict import RuleResult, Verdict

ORDER: tuple[State, ...] = ("blocked", "failed", "quarantined", "passed")


@dataclass(frozen=True)
class VerdictPage:
    """One verdict, the worst rules first."""

    path: str
    verdict: Verdict
    rows: tuple[RuleRow, ...]
    sampled: frozenset[str]
    links: Links
    template: ClassVar[str] = "verdict.html"

    @property
    def groups(self) -> list[tuple[State, list[RuleRow]]]:
        ordered = sorted(self.rows, key=lambda row: ORDER.index(row.state))
        return [(state, list(rows)) for state, rows in groupby(ordered, key=lambda row: row.state)]

    @property
    def heat(self) -> Markup:
        """By partition, where there are several."""
        if len(self.verdict.parts) < 2:
            return Markup()
        heat = by_part([Line.of(self.verdict)])
        marks = tuple(mark for mark in heat.rules if heat.states[mark.name] != "ok")
        return heat_table(replace(heat, rules=marks), own=True, caption="Rules by partition")


@dataclass(frozen=True)
class RowsPage:
    """Some of the failing rows of one verdict, by rule."""

    path: str
    verdict: Verdict
    samples: tuple[tuple[RuleResult, RowSample], ...]
    template: ClassVar[str] = "rows.html"

    def cell(self, value: Any) -> str:
        return short(value)


@dataclass(frozen=True)
class SuitePage:
    """What a contract asks, without any result."""

    path: str
    verdict: Verdict
    rows: tuple[RuleRow, ...]
    template: ClassVar[str] = "suite.html"


def pages_of(
    verdict: Verdict, found: Mapping[str, Any], samples: Mapping[str, RowSample], links: Links
) -> Iterator[Page]:
    """What has to be there before the verdict is listed. `found`: Great Expectations' results by rule."""
    rows = tuple(rule_row(rule, found.get(rule.name)) for rule in verdict.rules)
    yield SuitePage(suite_page_of(verdict.contract), verdict, rows)
    sampled = tuple((rule, samples[rule.name]) for rule in verdict.rules if rule.name in samples)
    if sampled:
        yield RowsPage(rows_page_of(verdict.contract, verdict.id), verdict, sampled)
    yield VerdictPage(page_of(verdict.contract, verdict.id), verdict, rows, frozenset(samples), links)
