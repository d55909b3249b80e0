"""Planted label errors."""

from __future__ import annotations

import numpy as np
import pytest

from ecrec_assets.prepare.label_noise.planted import confused_moves, plant_wrong_types, uniform_moves
from ecrec_assets.prepare.label_noise.segments import segments_of

TYPES = ("a", "b", "c")
TAGS = [["B-a", "I-a", "O"], ["B-b"], ["O", "B-c", "B-a"]] * 100


@pytest.mark.parametrize("share", [0.0, 0.05, 0.2, 1.0])
def test_exactly_the_share_of_segments_gets_another_type(share: float) -> None:
    planted = plant_wrong_types(TAGS, types=TYPES, moves=uniform_moves(TYPES), share=share, seed=1)
    before = [segment for query in TAGS for segment in segments_of(query)]
    assert sum(map(len, planted.tags)) == sum(map(len, TAGS))
    changed = [[a != b for a, b in zip(*pair, strict=True)] for pair in zip(TAGS, planted.tags, strict=True)]
    assert changed == planted.wrong
    flat = [word for query in planted.wrong for word in query]
    starts, place = 0, 0
    for segment in before:
        starts += flat[place]
        place += segment.end - segment.start
    assert starts == round(len(before) * share)


def test_the_same_seed_plants_the_same_errors() -> None:
    first, again, other = (
        plant_wrong_types(TAGS, types=TYPES, moves=uniform_moves(TYPES), share=0.2, seed=seed) for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_what_annotators_confuse_is_what_is_planted() -> None:
    gold = [["B-a"], ["B-a"], ["B-b"], ["O"]]
    people = [[["B-b"], ["B-b"], ["B-b"], ["B-c"]], [["B-a"], ["B-c"], ["B-odd"], ["O"]]]
    moves = confused_moves(TYPES, gold, people)
    assert moves[1] == pytest.approx([0, 0, 2 / 3, 1 / 3])  # a: twice b, once c
    assert moves[0] == pytest.approx([0, 0, 0, 1])  # O: once c
    assert moves[2] == pytest.approx(uniform_moves(TYPES)[2])  # b was never mistaken for one of the types
    planted = plant_wrong_types([["O"]] * 50, types=TYPES, moves=moves, share=1.0, seed=3)
    assert planted.tags == [["B-c"]] * 50


def test_moves_never_stay() -> None:
    moves = uniform_moves(TYPES)
    assert np.diag(moves).tolist() == [0, 0, 0, 0]
    assert moves.sum(axis=1) == pytest.approx(np.ones(4))


def test_a_share_over_1_is_refused() -> None:
    with pytest.raises(ValueError, match=r"not 1\.5"):
        plant_wrong_types(TAGS, types=TYPES, moves=uniform_moves(TYPES), share=1.5, seed=1)
