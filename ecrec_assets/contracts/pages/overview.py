"""All contracts on one page, for who looks every morning, and in a few sentences, for who answers for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from statistics import median
from typing import ClassVar

from markupsafe import Markup

from ecrec_assets.contracts.pages.ledger import Ledger, Line, Mark
from ecrec_assets.contracts.pages.links import Links
from ecrec_assets.contracts.pages.points import Share
from ecrec_assets.contracts.pages.trend import curve
from ecrec_assets.contracts.pages.view import percent

DAY = timedelta(days=1)
CURVE, MOST_READ = 30, 500
FLOW = ("raw", "datasets", "features", "evaluations", "models", "recommendations")


@dataclass(frozen=True)
class Standing:
    """A contract now. `before`: what it was a day earlier; `good`: what readers get; `due`: it is late from then on."""

    last: Line
    before: Line | None
    good: Line | None
    recent: tuple[Line, ...]

    @property
    def group(self) -> str:
        return self.last.contract.partition("/")[0]

    @property
    def state(self) -> str:
        if not self.last.passed:
            return "blocked"
        return "failed" if self.last.those("failed") else "passed"

    @property
    def due(self) -> datetime | None:
        """After twice its usual pause, once that is known; an hour at least."""
        times = sorted(line.at for line in self.recent[:10])
        if len(times) < 4:
            return None
        usual = median((later - earlier).total_seconds() for earlier, later in pairwise(times))
        return self.last.at + max(2 * timedelta(seconds=usual), timedelta(hours=1))

    @property
    def curve(self) -> Markup:
        lines = sorted(self.recent, key=lambda line: line.id)
        said = f"share of rows set aside, last {len(lines)}: now {percent(self.last.share)}"
        return curve([Share(line.share, len(line.those("blocked"))) for line in lines], said, width=120, height=24)


@dataclass(frozen=True)
class IndexPage:
    """Every contract, what needs somebody first."""

    standings: tuple[Standing, ...]
    links: Links
    path: str = "index.html"
    template: ClassVar[str] = "index.html"

    @property
    def asking(self) -> list[Standing]:
        return [one for one in self.standings if one.state != "passed"]

    @property
    def groups(self) -> list[tuple[str, list[Standing]]]:
        return [(name, list(found)) for name, found in groupby(self.standings, key=lambda one: one.group)]

    def counted(self, state: str) -> int:
        return sum(one.state == state for one in self.standings)


@dataclass(frozen=True)
class TodayPage:
    """Is the data good, and what is other than a day before the newest verdict."""

    standings: tuple[Standing, ...]
    path: str = "today.html"
    template: ClassVar[str] = "today.html"

    @property
    def now(self) -> datetime:
        return max(one.last.at for one in self.standings)

    @property
    def blocked(self) -> list[Standing]:
        return [one for one in self.standings if one.state == "blocked"]

    @property
    def rows(self) -> tuple[int, int]:
        """Rows that came in with the last verdicts, and rows of them that were set aside."""
        lines = [one.last for one in self.standings]
        return sum(line.rows_in for line in lines), sum(line.rows_quarantined for line in lines)

    @property
    def changes(self) -> list[tuple[str, list[Standing]]]:
        """Only what did change, the bad first."""
        known = [one for one in self.standings if one.before]
        found = [(title, [one for one in known if changed(one)]) for title, changed in CHANGES]
        found.append(("Audited for the first time", [one for one in self.standings if one.before is None]))
        return [(title, ones) for title, ones in found if ones]

    @property
    def worst(self) -> list[tuple[Standing, Mark]]:
        """The rules that set most rows aside."""
        marks = [(one, mark) for one in self.standings for mark in one.last.marks if mark.failed]
        return sorted(marks, key=lambda found: found[1].failed or 0, reverse=True)[:5]


def _was(one: Standing, state: str) -> bool:
    before = one.before
    return before is not None and Standing(before, None, None, ()).state == state


def _share_of(one: Standing) -> float:
    return one.before.share if one.before else 0.0


CHANGES: tuple[tuple[str, Callable[[Standing], bool]], ...] = (
    ("Blocked now", lambda one: one.state == "blocked" and not _was(one, "blocked")),
    ("Still blocked", lambda one: one.state == "blocked" and _was(one, "blocked")),
    ("New warnings", lambda one: one.state == "failed" and _was(one, "passed")),
    ("More rows set aside", lambda one: one.last.share > 1.2 * _share_of(one) + 0.001),
    ("Passing again", lambda one: one.state != "blocked" and _was(one, "blocked")),
    ("Warnings gone", lambda one: one.state == "passed" and _was(one, "failed")),
    ("Fewer rows set aside", lambda one: _share_of(one) > 1.2 * one.last.share + 0.001),
    ("New version of the contract", lambda one: one.before is not None and one.last.version != one.before.version),
)


def standings(ledger: Ledger) -> tuple[Standing, ...]:
    """Every contract in the order data walks, read from the ends of the ledger's files."""
    recent = (_recent(ledger, name) for name in ledger.contracts())
    return tuple(sorted(map(_standing, filter(None, recent)), key=lambda one: (_step(one.group), one.last.contract)))


def _recent(ledger: Ledger, contract: str) -> list[Line]:
    """Newest first: enough for the curve, a verdict of a day before and one that passed, where they are near."""
    lines: list[Line] = []
    for line in ledger.newest_first(contract):
        lines.append(line)
        enough = len(lines) >= CURVE and line.at < lines[0].at - DAY and any(each.passed for each in lines)
        if enough or len(lines) >= MOST_READ:
            break
    return sorted(lines, key=lambda line: line.id, reverse=True)


def _standing(lines: list[Line]) -> Standing:
    day = lines[0].at - DAY
    before = next((line for line in lines if line.at < day), None)
    good = next((line for line in lines if line.passed), None)
    return Standing(lines[0], before, good, tuple(lines[:CURVE]))


def _step(group: str) -> tuple[int, str]:
    return (FLOW.index(group), "") if group in FLOW else (len(FLOW), group)
