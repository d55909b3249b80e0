"""Wrong labels planted on purpose, to measure whether they are found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecrec_assets.prepare.label_noise.segments import OUTSIDE, Segment, segments_of, tags_of, type_of

Tags = Sequence[Sequence[str]]


class Planted(NamedTuple):
    """`tags` with errors; `wrong` says of each word whether its tag was changed."""

    tags: list[list[str]]
    wrong: list[list[bool]]


def uniform_moves(types: Sequence[str]) -> NDArray[np.float64]:
    """Each type (O first) to each other one with the same probability: rows and columns are O, then `types`."""
    count = len(types) + 1
    return (np.ones((count, count)) - np.eye(count)) / (count - 1)


def confused_moves(types: Sequence[str], gold: Tags, others: Iterable[Tags]) -> NDArray[np.float64]:
    """What annotators give to words of each gold type when they do not give the gold one; O first, then `types`.

    A type that nobody ever mistook is mistaken for each other one alike; a type outside of `types` is left out.
    """
    place = {kind: number for number, kind in enumerate((OUTSIDE, *types))}
    counts = np.zeros((len(place), len(place)))
    for given in others:
        for truth, query in zip(gold, given, strict=True):
            for right, tag in zip(truth, query, strict=True):
                if type_of(right) in place and type_of(tag) in place:
                    counts[place[type_of(right)], place[type_of(tag)]] += 1
    counts[np.diag_indices(len(place))] = 0
    sums = counts.sum(axis=1, keepdims=True)
    return np.where(sums > 0, counts / np.clip(sums, 1, None), uniform_moves(types))


def plant_wrong_types(
    tags: Tags, *, types: Sequence[str], moves: NDArray[np.float64], share: float, seed: int
) -> Planted:
    """`share` of all segments (spans, and words outside of spans) get another type, drawn from their row of `moves`.

    ValueError for a share outside 0 to 1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"a share is between 0 and 1, not {share}")
    chance = np.random.default_rng(seed)
    kinds = (OUTSIDE, *types)
    place = {kind: number for number, kind in enumerate(kinds)}
    queries = [list(segments_of(query)) for query in tags]
    count = sum(map(len, queries))
    chosen = np.zeros(count, dtype=bool)
    chosen[chance.choice(count, round(count * share), replace=False)] = True
    picked = iter(chosen)
    planted, wrong = [], []
    for segments in queries:
        moved = [next(picked) for _ in segments]
        new = [
            _moved(segment, kinds[chance.choice(len(kinds), p=moves[place[segment.type]])]) if move else segment
            for segment, move in zip(segments, moved, strict=True)
        ]
        planted.append(tags_of(new))
        wrong.append([bool(move) for (_, a, b), move in zip(segments, moved, strict=True) for _ in range(b - a)])
    return Planted(planted, wrong)


def _moved(segment: Segment, kind: str) -> Segment:
    return segment._replace(type=kind)
