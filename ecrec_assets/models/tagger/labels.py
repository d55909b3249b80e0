"""The tags of a query tagger, in the order of the model's outputs, and which tag may follow which.

Which types there are stands in the contract of the data, so a `LabelSet` is made from them and travels with the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

OUTSIDE = "O"
IGNORED = -100
FORBIDDEN = -1e4


def may_follow(before: str | None, tag: str) -> bool:
    """Strict IOB2: an I- tag continues a span of its own type. `before` is None at the start of a query."""
    return not tag.startswith("I-") or (before is not None and before[2:] == tag[2:])


@dataclass(frozen=True)
class LabelSet:
    """Span types, in the order of the model's outputs. Raises ValueError for none, an empty or a repeated one."""

    types: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "types", tuple(self.types))
        if not self.types or not all(isinstance(kind, str) and kind for kind in self.types):
            raise ValueError(f"a label set needs types with a name, not {self.types}")
        if len(set(self.types)) < len(self.types):
            raise ValueError(f"a type stands twice in {self.types}")

    @classmethod
    def of_tags(cls, tags: Iterable[str]) -> LabelSet:
        """The types of these IOB2 tags, in the order in which they first come. Raises ValueError for another tag."""
        kinds: dict[str, None] = {}
        for tag in tags:
            if tag != OUTSIDE:
                if tag[:2] not in ("B-", "I-"):
                    raise ValueError(f"'{tag}' is no IOB2 tag: O, B-<type> or I-<type>")
                kinds[tag[2:]] = None
        return cls(tuple(kinds))

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """O, then B-x and I-x of each type: tag `2k + 1` begins type `k` and `2k + 2` continues it."""
        return (OUTSIDE, *(f"{place}-{kind}" for kind in self.types for place in "BI"))

    @cached_property
    def ids(self) -> dict[str, int]:
        """The number of each tag."""
        return {tag: number for number, tag in enumerate(self.tags)}

    @cached_property
    def transitions(self) -> NDArray[np.float64]:
        """Tags × tags: 0 where the second may follow the first, FORBIDDEN where not."""
        return np.array([[0.0 if may_follow(before, tag) else FORBIDDEN for tag in self.tags] for before in self.tags])

    @cached_property
    def start(self) -> NDArray[np.float64]:
        """One row like `transitions`, for the first word."""
        return np.array([0.0 if may_follow(None, tag) else FORBIDDEN for tag in self.tags])

    def best_path(self, log_probabilities: NDArray[np.floating]) -> list[int]:
        """The likeliest tag sequence that is valid IOB2 (Viterbi). In: words × tags; out: one tag id a word."""
        if not len(log_probabilities):
            return []
        score = self.start + log_probabilities[0]
        came_from = np.zeros(log_probabilities.shape, dtype=np.int64)
        for word in range(1, len(log_probabilities)):
            total = score[:, None] + self.transitions
            came_from[word] = total.argmax(axis=0)
            score = total.max(axis=0) + log_probabilities[word]
        path = [int(score.argmax())]
        for word in range(len(log_probabilities) - 1, 0, -1):
            path.append(int(came_from[word, path[-1]]))
        return path[::-1]


def spans_of(tags: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Type, first word and word after the last of every span of a valid sequence."""
    start = None
    for i, tag in enumerate([*tags, OUTSIDE]):
        if start is not None and not tag.startswith("I-"):
            yield tags[start][2:], start, i
            start = None
        if tag.startswith("B-"):
            start = i
