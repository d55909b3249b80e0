"""The page of a tagger's worst errors: figures by type, given spans against found ones, and the queries themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from ecrec_assets.contracts.pages.links import Links

HUES, FILTERED = 12, 24  # colours repeat; the most frequent types can be chosen
NO_TYPES = ("(spurious)", "(other ends)", "(other type and ends)", "(missed)")
WITHHELD = "(withheld)"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Errors:
    """What the page shows, as JSON values: rows of the metrics, of the confusion and of the worst answers.

    `metrics` of one `split`: slice, segment, metric, value, support, low, high. `confusion`: given, found, spans.
    `worst`: reason (certain or loss), certain, loss, types, tokens, tags, predicted, scores, given_scores.
    """

    contract: str
    model_run: str
    address: str
    split: str
    at: str
    metrics: Sequence[Row]
    confusion: Sequence[Row]
    worst: Sequence[Row]

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=True)  # a lone surrogate cannot be written otherwise

    @classmethod
    def from_json(cls, text: str) -> Errors:
        return cls(**json.loads(text))


class Word(NamedTuple):
    """A word and the probability of its tag."""

    text: str
    score: float


class Group(NamedTuple):
    """Words of one span, or between spans: then `type` is empty. `hue` is the number of its colour."""

    type: str
    hue: int
    words: tuple[Word, ...]


class Answer(NamedTuple):
    """One query: what was given, what was found. `numbers` are those of the types it errs about."""

    given: tuple[Group, ...]
    found: tuple[Group, ...]
    certain: float | None
    loss: float
    numbers: str


@dataclass(frozen=True)
class ErrorsPage:
    """`errors.html` for the newest model, or a page of its own for each."""

    path: str
    errors: Errors
    links: Links
    template: ClassVar[str] = "errors.html"

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.errors.at)

    @cached_property
    def types(self) -> list[str]:
        """By spans given, the most first; then those that were only found."""
        given: dict[str, int] = {}
        for row in self.errors.confusion:
            for kind, spans in ((row["given"], row["spans"]), (row["found"], 0)):
                if kind not in NO_TYPES:
                    given[kind] = given.get(kind, 0) + spans
        return sorted(given, key=lambda kind: (-given[kind], kind))

    @property
    def filtered(self) -> list[tuple[int, str]]:
        """Types that can be chosen, with their numbers."""
        return list(enumerate(self.types[:FILTERED]))

    def figure(self, metric: str, slice_name: str = "all", segment: str = "all") -> Row | None:
        wanted = (slice_name, segment, metric)
        return self._figures.get(wanted)

    @cached_property
    def _figures(self) -> dict[tuple[str, str, str], Row]:
        return {(row["slice"], row["segment"], row["metric"]): row for row in self.errors.metrics}

    @property
    def segments(self) -> list[tuple[str, list[str]]]:
        """Slices beside types, each with its segments that have an F1."""
        found: dict[str, list[str]] = {}
        for slice_name, segment, metric in self._figures:
            if metric == "span_f1" and slice_name not in ("all", "type"):
                found.setdefault(slice_name, []).append(segment)
        return list(found.items())

    @property
    def matrix(self) -> list[tuple[str, int, list[tuple[int, str]]]]:
        """Each row: given type, its spans, and the cells (spans, shade) under `columns`."""
        cells = {(row["given"], row["found"]): row["spans"] for row in self.errors.confusion}
        return [(given, *_matrix_row(given, self.columns, cells)) for given in (*self.types, NO_TYPES[0])]

    @property
    def columns(self) -> list[str]:
        return [*self.types, *NO_TYPES[1:]]

    @property
    def lists(self) -> list[tuple[str, list[Answer]]]:
        """The worst answers by reason."""
        return [(reason, list(self._answers(reason))) for reason in ("certain", "loss")]

    def _answers(self, reason: str) -> Iterator[Answer]:
        numbers = {kind: number for number, kind in enumerate(self.types)}
        for row in self.errors.worst:
            if row["reason"] == reason:
                about = " ".join(str(numbers[kind]) for kind in row["types"] if kind in numbers)
                given = self._groups(row["tokens"], row["tags"], row["given_scores"])
                found = self._groups(row["tokens"], row["predicted"], row["scores"])
                yield Answer(given, found, row["certain"], row["loss"], about)

    def _groups(self, tokens: Sequence[str], tags: Sequence[str], scores: Sequence[float]) -> tuple[Group, ...]:
        groups: list[Group] = []
        for token, tag, score in zip(tokens, tags, scores, strict=True):
            kind = tag[2:]
            if groups and not tag.startswith("B-") and groups[-1].type == kind:
                groups[-1] = groups[-1]._replace(words=(*groups[-1].words, Word(token, score)))
            else:
                groups.append(Group(kind, self.hue(kind), (Word(token, score),)))
        return tuple(groups)

    def hue(self, kind: str) -> int:
        return self.types.index(kind) % HUES if kind in self.types else HUES - 1


def _matrix_row(given: str, columns: Sequence[str], cells: Mapping[Any, int]) -> tuple[int, list[tuple[int, str]]]:
    spans = [cells.get((given, found), 0) for found in columns]
    total = sum(spans)
    return total, [(count, _shade(count / total) if count else "") for count in spans]


def _shade(share: float) -> str:
    """The report's scale of four."""
    return "s4" if share >= 0.5 else "s3" if share >= 0.2 else "s2" if share >= 0.05 else "s1"
