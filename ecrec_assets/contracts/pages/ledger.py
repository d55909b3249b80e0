"""One line a verdict, in a file a contract that only grows: all that overviews and heat maps need to know.

A line is appended in one write under the site's lock. A process killed within it leaves a torn line, which readers
pass over and the next writer ends.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from ecrec_assets.contracts.pages.rules import State, state_of
from ecrec_assets.verdict import PartCount, Verdict

BLOCK = 1 << 16


class Mark(NamedTuple):
    """One rule in one verdict. Counts are rows; None where the rule does not judge rows."""

    name: str
    dimension: str
    severity: str
    state: State
    checked: int | None
    failed: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Line:
    """One verdict. `sentence` of a mark is empty where the rule held."""

    id: str
    contract: str
    version: str
    at: datetime
    run: str
    partition: str
    rows_in: int
    rows_quarantined: int
    marks: tuple[Mark, ...]
    parts: tuple[PartCount, ...] = ()

    @property
    def passed(self) -> bool:
        return not any(mark.state == "blocked" for mark in self.marks)

    @property
    def published(self) -> int:
        return self.rows_in - self.rows_quarantined if self.passed else 0

    @property
    def share(self) -> float:
        """Rows that break a rule which parts rows."""
        return self.rows_quarantined / self.rows_in if self.rows_in else 0.0

    def those(self, *states: State) -> list[Mark]:
        return [mark for mark in self.marks if mark.state in states]

    @classmethod
    def of(cls, verdict: Verdict) -> Line:
        marks = tuple(
            Mark(
                rule.name,
                rule.dimension,
                rule.severity,
                state_of(rule),
                rule.rows_checked,
                rule.rows_failed,
                "" if rule.passed else rule.sentence(),
            )
            for rule in verdict.rules
        )
        v = verdict
        return cls(
            v.id, v.contract, v.contract_version, v.created_at, v.run_id, v.partition, v.rows_in, v.rows_quarantined,
            marks, v.parts,
        )  # fmt: skip

    def to_json(self) -> str:
        values = [getattr(self, name) for name in self.__slots__]
        values[3] = self.at.isoformat()
        return json.dumps(values, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | bytes) -> Line:
        values = json.loads(text)
        values[3] = datetime.fromisoformat(values[3])
        values[8] = tuple(Mark(*mark) for mark in values[8])
        values[9] = tuple(PartCount(*part) for part in values[9])
        return cls(*values)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The lines of all contracts below one folder. Whoever appends holds the site's lock."""

    folder: Path

    def append(self, line: Line) -> None:
        self.extend([line])

    def extend(self, lines: list[Line]) -> None:
        """In one write for each contract; what is written survives the end of the process."""
        for contract in dict.fromkeys(line.contract for line in lines):
            path = self._path(contract)
            path.parent.mkdir(parents=True, exist_ok=True)
            text = "".join(f"{line.to_json()}\n" for line in lines if line.contract == contract)
            with path.open("ab+") as file:
                os.write(file.fileno(), (b"\n" if _torn(path) else b"") + text.encode())

    def after(self, contract: str, start: int) -> Iterator[tuple[Line, int]]:
        """Every line behind a byte, in the order they were written, each with the byte where it ends."""
        with self._path(contract).open("rb") as file:
            end = file.seek(start)
            for text in file:
                end += len(text)
                yield from ((line, end) for line in _readable([text.rstrip(b"\n")]))

    def newest_first(self, contract: str) -> Iterator[Line]:
        """From the last line backwards, reading no more of the file than is asked for."""
        yield from _readable(_backwards(self._path(contract)))

    def forget(self, contract: str) -> None:
        self._path(contract).unlink()

    def contracts(self) -> list[str]:
        found = self.folder.rglob("*.jsonl")
        return sorted(path.relative_to(self.folder).as_posix().removesuffix(".jsonl") for path in found)

    def _path(self, contract: str) -> Path:
        return self.folder / f"{contract}.jsonl"


def newest_of(lines: Iterable[Line]) -> Line:
    return max(lines, key=lambda line: line.id)


def _torn(path: Path) -> bool:
    with path.open("rb") as file:
        if not file.seek(0, os.SEEK_END):
            return False
        file.seek(-1, os.SEEK_END)
        return file.read() != b"\n"


def _backwards(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        left, rest = file.seek(0, os.SEEK_END), b""
        while left:
            step = min(BLOCK, left)
            left -= step
            file.seek(left)
            first, *others = (file.read(step) + rest).split(b"\n")
            yield from reversed(others)
            rest = first
        yield rest


def _readable(texts: list[bytes] | Iterator[bytes]) -> Iterator[Line]:
    for text in texts:
        if text:
            try:
                yield Line.from_json(text)
            except (ValueError, TypeError, IndexError):
                continue
