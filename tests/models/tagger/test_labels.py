from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrec_assets.models.tagger.labels import LabelSet, may_follow, spans_of

LABELS = LabelSet(("Item", "Category", "Price"))
TAGS, TAG_IDS = LABELS.tags, LABELS.ids


def is_valid(tags: list[str]) -> bool:
    return all(may_follow(before, tag) for before, tag in zip([None, *tags], tags, strict=False))


def log_of(scores: list[list[float]]) -> np.ndarray:
    array = np.array(scores, dtype=float).reshape(-1, len(TAGS))
    return array - np.logaddexp.reduce(array, axis=1, keepdims=True)


@given(st.lists(st.lists(st.floats(-30, 30), min_size=7, max_size=7), max_size=12))
def test_the_best_path_is_always_valid(scores: list[list[float]]) -> None:
    path = LABELS.best_path(log_of(scores))
    assert len(path) == len(scores)
    assert is_valid([TAGS[tag] for tag in path])


@given(st.lists(st.lists(st.floats(-5, 5), min_size=7, max_size=7), min_size=1, max_size=4))
def test_no_valid_path_is_likelier(scores: list[list[float]]) -> None:
    log = log_of(scores)
    valid = (p for p in itertools.product(range(7), repeat=len(log)) if is_valid([TAGS[tag] for tag in p]))
    likeliest = max(sum(log[i, tag] for i, tag in enumerate(path)) for path in valid)
    assert sum(log[i, tag] for i, tag in enumerate(LABELS.best_path(log))) == pytest.approx(likeliest)


def test_greedy_tags_that_are_invalid_are_mended_by_the_likeliest_valid_ones() -> None:
    scores = np.full((2, 7), -5.0)
    scores[0, TAG_IDS["I-Item"]], scores[0, TAG_IDS["B-Item"]] = 5, 4
    scores[1, TAG_IDS["I-Item"]] = 5
    assert [TAGS[tag] for tag in LABELS.best_path(log_of(scores.tolist()))] == ["B-Item", "I-Item"]


def test_spans_end_where_the_next_one_begins() -> None:
    tags = ["B-Item", "I-Item", "B-Item", "O", "B-Price"]
    assert list(spans_of(tags)) == [("Item", 0, 2), ("Item", 2, 3), ("Price", 4, 5)]
