"""The page of one contract: its newest columns in full, all of its history small, and where to read on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import ClassVar

from markupsafe import Markup

from ecrec_assets.contracts.pages.heat import HeatMap, by_part, by_run
from ecrec_assets.contracts.pages.heat_html import DIMENSIONS, heat_table
from ecrec_assets.contracts.pages.history import History
from ecrec_assets.contracts.pages.ledger import Line, newest_of
from ecrec_assets.contracts.pages.links import Links
from ecrec_assets.contracts.pages.points import of_line, of_map
from ecrec_assets.contracts.pages.small_map import small_map
from ecrec_assets.contracts.pages.trend import Trend, trends
from ecrec_assets.contracts.pages.view import Page
from ecrec_assets.contracts.report_links import history_page_of, runs_page_of

LISTED = 40


@dataclass(frozen=True)
class ContractPage:
    """By partition where the newest verdict knows them, else by run. `errors`, `labels`: there is such a page."""

    path: str
    history: History
    links: Links
    errors: bool = False
    labels: bool = False
    template: ClassVar[str] = "contract.html"

    @property
    def last(self) -> Line:
        return newest_of(self.history.recent)

    @property
    def good(self) -> tuple[str, datetime] | None:
        """Id and time of what readers get: the newest that passed."""
        passed = [line for line in self.history.recent if line.passed]
        if passed:
            return newest_of(passed).id, newest_of(passed).at
        return next((seal.good for seal in reversed(self.history.seals) if seal.good), None)

    @cached_property
    def heat(self) -> HeatMap:
        return by_part(self.history.owners) if self.last.parts else by_run(self.history.recent)

    @property
    def table(self) -> Markup:
        return heat_table(self.heat, caption=f"Rules by {self.heat.kind}, newest right")

    @property
    def map(self) -> Markup:
        """Empty where the table shows everything."""
        return small_map(self.history, [mark.name for mark in self.heat.rules]) if self.history.seals else Markup()

    @property
    def trends(self) -> list[Trend]:
        if self.heat.kind == "partition":
            points = of_map(self.heat)
            return trends(points, points[-1], self.last)
        short = not self.history.seals
        points = of_map(self.heat) if short else self.history.points
        return trends(points, of_line(self.last), self.last)

    @property
    def listed(self) -> list[Line]:
        return sorted(self.history.recent, key=lambda line: line.id, reverse=True)[:LISTED]

    @property
    def older(self) -> list[tuple[str, datetime, datetime]]:
        """Name, first and last time of each page of earlier runs."""
        return [(runs_page_of(n), seal.first, seal.last) for n, seal in enumerate(self.history.seals, 1)]

    @property
    def dimensions(self) -> list[str]:
        return [name for name in DIMENSIONS if any(mark.dimension == name for mark in self.heat.rules)]


@dataclass(frozen=True)
class RunsPage:
    """Some earlier verdicts of a contract; written once, when there are enough for a page."""

    path: str
    number: int
    lines: tuple[Line, ...]
    links: Links
    template: ClassVar[str] = "runs.html"

    @property
    def table(self) -> Markup:
        return heat_table(by_run(self.lines), caption="Rules by run, newest right")


def contract_pages(
    contract: str, history: History, links: Links, *, errors: bool = False, labels: bool = False
) -> Iterator[Page]:
    """The pages that were sealed now, then the one that links to them."""
    page = history_page_of(contract)
    for number, lines in history.fresh:
        yield RunsPage(page.replace("index.html", runs_page_of(number)), number, lines, links)
    yield ContractPage(page, history, links, errors, labels)
