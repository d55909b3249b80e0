"""The page of a table of labels: balance, estimated errors, agreement of people, and the worst suspects."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from ecrec_assets.contracts.pages.errors_page import HUES, Group, Word, _shade

OUTSIDE = "O"
LEAST_SHOWN = 0.005  # half a percent is shown as one
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Labels:
    """What the page shows, as JSON values.

    `summary`: unit, type, labels, share, noise, truly, truly_share. `joint`: unit, given, truly, share. `agreement`:
    measure, first, second, type, value, support; empty where one person labelled. `suspects`: query_id, tokens, given,
    suggested (tags of all words), start, end, score. `queries`: rows by split.
    """

    contract: str
    queries_contract: str
    at: str
    queries: Mapping[str, int]
    summary: Sequence[Row]
    joint: Sequence[Row]
    agreement: Sequence[Row]
    suspects: Sequence[Row]
    open: int

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=True)  # a lone surrogate cannot be written otherwise

    @classmethod
    def from_json(cls, text: str) -> Labels:
        return cls(**json.loads(text))


class Suspect(NamedTuple):
    """One query: what was given, what the model would give, and how likely the given label is right."""

    given: tuple[Group, ...]
    suggested: tuple[Group, ...]
    score: float


@dataclass(frozen=True)
class LabelsPage:
    """`labels.html` beside the page of the contract."""

    path: str
    labels: Labels
    template: ClassVar[str] = "labels.html"

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.labels.at)

    @cached_property
    def rows(self) -> list[Row]:
        """Spans by type, the most frequent first, O last."""
        found = [row for row in self.labels.summary if row["unit"] == "span" and row["type"] != "all"]
        return sorted(found, key=lambda row: (row["type"] == OUTSIDE, -row["labels"], row["type"]))

    def all_of(self, unit: str) -> Row:
        return next(row for row in self.labels.summary if row["unit"] == unit and row["type"] == "all")

    @property
    def widest(self) -> float:
        """The largest share, to draw the others against."""
        return max((row["share"] or 0 for row in self.rows), default=0) or 1

    def hue(self, kind: str) -> int:
        names = [row["type"] for row in self.rows]
        return names.index(kind) % HUES if kind in names else HUES - 1

    @property
    def matrix(self) -> list[tuple[str, list[tuple[float, str]]]]:
        """Each given type with its cells under `types`: the estimated share of its labels, and a shade for errors."""
        cells = {(row["given"], row["truly"]): row["share"] for row in self.labels.joint if row["unit"] == "span"}
        return [(given, self._matrix_row(given, cells)) for given in self.types]

    def _matrix_row(self, given: str, cells: Mapping[tuple[str, str], float]) -> list[tuple[float, str]]:
        shares = [cells.get((given, truly), 0.0) for truly in self.types]
        parts = [share / (sum(shares) or 1) for share in shares]
        wrong = [part >= LEAST_SHOWN and truly != given for truly, part in zip(self.types, parts, strict=True)]
        return [(part, _shade(part) if shown else "") for part, shown in zip(parts, wrong, strict=True)]

    @property
    def types(self) -> list[str]:
        return [row["type"] for row in self.rows if row["labels"]]

    def kappa(self, kind: str = "all") -> Row | None:
        return next((row for row in self._of("fleiss_kappa") if row["type"] == kind), None)

    @property
    def pairs(self) -> list[Row]:
        """Of two people each, those with gold last."""
        found = [row for row in self._of("span_f1") if row["type"] == "all"]
        return sorted(found, key=lambda row: row["first"] == "gold")

    def pair_f1(self, kind: str = "all") -> float | None:
        """The mean of the pairs of people."""
        people = [row for row in self._of("span_f1") if row["type"] == kind and row["first"] != "gold"]
        found = [row["value"] for row in people if row["value"] is not None]
        return sum(found) / len(found) if found else None

    def _of(self, measure: str) -> list[Row]:
        return [row for row in self.labels.agreement if row["measure"] == measure]

    @property
    def suspects(self) -> list[Suspect]:
        return [self._suspect(row) for row in self.labels.suspects]

    def _suspect(self, row: Row) -> Suspect:
        given, suggested = (self._groups(row["tokens"], row[name]) for name in ("given", "suggested"))
        return Suspect(given, suggested, row["score"])

    def _groups(self, tokens: Sequence[str], tags: Sequence[str]) -> tuple[Group, ...]:
        groups: list[Group] = []
        for token, tag in zip(tokens, tags, strict=True):
            kind = tag[2:]
            if groups and not tag.startswith("B-") and groups[-1].type == kind:
                groups[-1] = groups[-1]._replace(words=(*groups[-1].words, Word(token, 0.0)))
            else:
                groups.append(Group(kind, self.hue(kind), (Word(token, 0.0),)))
        return tuple(groups)
