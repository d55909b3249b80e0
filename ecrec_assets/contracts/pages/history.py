"""What is kept of a contract's past so that one more verdict costs the same after ten and after ten thousand.

Every `SEALED` lines of the ledger become one page and one summary, written once. The lines that own a partition are
kept apart. Both follow from the ledger alone and are made again from it where they are missing or behind.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ecrec_assets.contracts.pages.ledger import Ledger, Line
from ecrec_assets.contracts.pages.points import Point, Share, buckets
from ecrec_assets.contracts.pages.stores import write_whole

SEALED = 200


@dataclass(frozen=True, slots=True)
class Seal:
    """A full page of verdicts. `end` is its last byte in the ledger, `good` the last verdict that passed."""

    end: int
    first: datetime
    last: datetime
    good: tuple[str, datetime] | None
    points: tuple[Point, ...]

    def to_json(self) -> str:
        good = [self.good[0], self.good[1].isoformat()] if self.good else None
        return json.dumps([self.end, self.first.isoformat(), self.last.isoformat(), good, self.points])

    @classmethod
    def from_json(cls, text: str) -> Seal:
        end, first, last, good, points = json.loads(text)
        at = datetime.fromisoformat
        found = tuple(Point(kinds, {k: Share(*v) for k, v in shares.items()}) for kinds, shares in points)
        return cls(end, at(first), at(last), (good[0], at(good[1])) if good else None, found)


@dataclass(frozen=True, slots=True)
class History:
    """`tail` are the verdicts after the last seal, `recent` the newest `SEALED` ones, `owners` those of partitions."""

    seals: tuple[Seal, ...]
    tail: tuple[Line, ...]
    recent: tuple[Line, ...]
    owners: tuple[Line, ...]
    fresh: tuple[tuple[int, tuple[Line, ...]], ...]

    @property
    def count(self) -> int:
        return SEALED * len(self.seals) + len(self.tail)

    @property
    def points(self) -> list[Point]:
        return [*(point for seal in self.seals for point in seal.points), *buckets(self.tail)]


def read_history(ledger: Ledger, contract: str) -> History:
    """Brings the summaries up to the ledger's end; `fresh` are the numbers and lines of pages that are full now.

    They are sealed by `keep_seals`, once their pages are written.
    """
    seals, fresh = _seals(ledger, contract), []
    tail = list(ledger.after(contract, seals[-1].end if seals else 0))
    while len(tail) >= SEALED:
        page, tail = tail[:SEALED], tail[SEALED:]
        lines = tuple(line for line, _ in page)
        passed = [line for line in lines if line.passed]
        good = (passed[-1].id, passed[-1].at) if passed else None
        seals.append(Seal(page[-1][1], lines[0].at, lines[-1].at, good, tuple(buckets(lines))))
        fresh.append((len(seals), lines))
    rest = tuple(line for line, _ in tail)
    return History(tuple(seals), rest, _recent(ledger, contract), _owners(ledger, contract), tuple(fresh))


def keep_seals(ledger: Ledger, contract: str, history: History) -> None:
    if history.fresh:
        text = "\n".join(seal.to_json() for seal in history.seals)
        write_whole(_path(ledger, contract, "seals"), text.encode())


def forget_history(ledger: Ledger, contract: str) -> None:
    for kind in ("seals", "owners"):
        _path(ledger, contract, kind).unlink(missing_ok=True)


def _seals(ledger: Ledger, contract: str) -> list[Seal]:
    path = _path(ledger, contract, "seals")
    return [Seal.from_json(text) for text in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def _recent(ledger: Ledger, contract: str) -> tuple[Line, ...]:
    found: list[Line] = []
    for line in ledger.newest_first(contract):
        found.append(line)
        if len(found) == SEALED:
            break
    return tuple(reversed(found))


def _owners(ledger: Ledger, contract: str) -> tuple[Line, ...]:
    """The lines that some partition value still has as its newest; none where no verdict knows partitions."""
    path = _path(ledger, contract, "owners")
    start, kept = _owned(path) if path.exists() else (0, [])
    new = list(ledger.after(contract, start))
    if not new:
        return tuple(kept)
    newest: dict[str, Line] = {}
    for line in sorted([*kept, *(line for line, _ in new)], key=lambda line: line.id):
        newest |= {part.value: line for part in line.parts}
    owners = list({line.id: line for line in newest.values()}.values())
    text = json.dumps([new[-1][1], [line.to_json() for line in owners]], ensure_ascii=False)
    write_whole(path, text.encode())
    return tuple(owners)


def _owned(path: Path) -> tuple[int, list[Line]]:
    start, lines = json.loads(path.read_text(encoding="utf-8"))
    return start, [Line.from_json(line) for line in lines]


def _path(ledger: Ledger, contract: str, kind: str) -> Path:
    return ledger.folder / f"{contract}.{kind}.json"
