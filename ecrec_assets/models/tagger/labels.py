"""The tags of the query tagger, in the order of the model's outputs, and which tag may follow which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

TYPES = ("Item", "Category", "Price")
TAGS = ("O", *(f"{place}-{kind}" for kind in TYPES for place in "BI"))
TAG_IDS = {tag: number for number, tag in enumerate(TAGS)}
IGNORED = -100
FORBIDDEN = -1e4


def may_follow(before: str | None, tag: str) -> bool:
    """Strict IOB2: an I- tag continues a span of its own type. `before` is None at the start of a query."""
    return not tag.startswith("I-") or (before is not None and before[2:] == tag[2:])


TRANSITIONS = np.array([[0.0 if may_follow(before, tag) else FORBIDDEN for tag in TAGS] for before in TAGS])
START = np.array([0.0 if may_follow(None, tag) else FORBIDDEN for tag in TAGS])


def best_path(log_probabilities: NDArray[np.floating]) -> list[int]:
    """The likeliest tag sequence that is valid IOB2 (Viterbi). In: words × tags; out: one tag id a word."""
    if not len(log_probabilities):
        return []
    score = START + log_probabilities[0]
    came_from = np.zeros(log_probabilities.shape, dtype=np.int64)
    for word in range(1, len(log_probabilities)):
        total = score[:, None] + TRANSITIONS
        came_from[word] = total.argmax(axis=0)
        score = total.max(axis=0) + log_probabilities[word]
    path = [int(score.argmax())]
    for word in range(len(log_probabilities) - 1, 0, -1):
        path.append(int(came_from[word, path[-1]]))
    return path[::-1]


def spans_of(tags: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Type, first word and word after the last of every span of a valid sequence."""
    start = None
    for i, tag in enumerate([*tags, "O"]):
        if start is not None and not tag.startswith("I-"):
            yield tags[start][2:], start, i
            start = None
        if tag.startswith("B-"):
            start = i
