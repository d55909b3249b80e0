"""From segments to tags.

Arrays have the shape words × widths × kinds of one query, as in `segments`: kind 0 is "outside".
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecrec_assets.models.tagger.labels import LabelSet

PRICES = (0.25, 0.3, 0.35, 0.4, 0.45, 0.5)


class Found(NamedTuple):
    """Words `first` to `after` (exclusive) as a span of the type with this number."""

    type: int
    first: int
    after: int


def best_spans(gains: NDArray[np.floating], idle: NDArray[np.floating]) -> list[Found]:
    """The spans that do not overlap and whose gains, with `idle` for each word left outside, sum to the most.

    `gains`: words × widths × types. Exact, by dynamic programming over the words.
    """
    words, widths = gains.shape[:2]
    kind, gain = gains.argmax(-1), gains.max(-1)
    best, width_of = [0.0], [0]
    for end in range(1, words + 1):
        ways = [(best[end - 1] + float(idle[end - 1]), 0)]
        ways += [(best[end - w - 1] + float(gain[end - w - 1, w]), w + 1) for w in range(min(widths, end))]
        score, width = max(ways)
        best.append(score)
        width_of.append(width)
    return _walk_back(kind, width_of)


def _walk_back(kind: NDArray[np.integer], width_of: list[int]) -> list[Found]:
    found, end = [], len(width_of) - 1
    while end > 0:
        width = width_of[end]
        if width:
            found.append(Found(int(kind[end - width, width - 1]), end - width, end))
        end -= width or 1
    return found[::-1]


def likeliest(scores: NDArray[np.floating]) -> list[Found]:
    """The spans of the likeliest segmentation, from scores."""
    return best_spans(scores[..., 1:], scores[:, 0, 0])


def best_expected_f1(shares: NDArray[np.floating], price: float) -> list[Found]:
    """The spans of the best expected F1, from marginals: a span is worth its probability less `price`.

    A span added to a set of spans raises F1 = 2 right / (found + given) when it is right with a probability above half
    of that F1, so the best price is near half of the F1 that the tagger reaches (Lewis, "Evaluating and optimizing
    autonomous text classification systems", SIGIR 1995; Lipton et al., arXiv:1402.1892).
    """
    return best_spans(shares[..., 1:] - price, np.zeros(len(shares)))


def tag_shares(shares: NDArray[np.floating], labels: LabelSet) -> NDArray[np.float64]:
    """Words × tags from marginals: the share of segmentations in which a word has a tag."""
    words, widths = shares.shape[:2]
    found = np.zeros((words, len(labels.tags)))
    found[:, 0] = shares[:, 0, 0]
    found[:, 1::2] = shares[..., 1:].sum(1)
    for width in range(1, widths):
        for place in range(1, width + 1):
            found[place:, 2::2] += shares[: words - place, width, 1:]
    return found


def tags_of(spans: list[Found], words: int, labels: LabelSet) -> list[str]:
    """One IOB2 tag a word."""
    tags = ["O"] * words
    for kind, first, after in spans:
        name = labels.types[kind]
        tags[first:after] = [f"B-{name}", *[f"I-{name}"] * (after - first - 1)]
    return tags
