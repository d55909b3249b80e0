from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from ecrec_assets.models.tagger.decode import Found, best_expected_f1, best_spans, likeliest, tag_shares, tags_of
from ecrec_assets.models.tagger.labels import spans_of
from ecrec_assets.models.tagger.segments import marginals, only_possible
from tests.models.tagger.conftest import LABELS

TYPES = len(LABELS.types)


def sets_of_spans(words: int, widths: int) -> Iterator[list[Found]]:
    """Every set of spans that do not overlap."""

    def from_word(first: int) -> Iterator[list[Found]]:
        if first >= words:
            yield []
            return
        yield from from_word(first + 1)
        for width, kind in itertools.product(range(1, widths + 1), range(TYPES)):
            if first + width <= words:
                yield from ([Found(kind, first, first + width), *rest] for rest in from_word(first + width))

    return from_word(0)


def scores_of(words: int, widths: int, seed: int) -> torch.Tensor:
    raw = 2 * torch.randn(1, words, widths, TYPES + 1, generator=torch.Generator().manual_seed(seed))
    return only_possible(raw, torch.tensor([words]))


def shares_of(scores: torch.Tensor) -> NDArray[np.float32]:
    shares: NDArray[np.float32] = marginals(scores, torch.tensor([scores.shape[1]]))[0].numpy()
    return shares


@pytest.mark.parametrize("seed", range(5))
def test_no_set_of_spans_gains_more(seed: int) -> None:
    chance = np.random.default_rng(seed)
    gains, idle = chance.normal(size=(4, 3, TYPES)), chance.normal(size=4)

    def total(spans: list[Found]) -> float:
        covered = {word for span in spans for word in range(span.first, span.after)}
        inside = sum(gains[first, after - first - 1, kind] for kind, first, after in spans)
        return float(inside + sum(idle[word] for word in range(4) if word not in covered))

    assert total(best_spans(gains, idle)) == pytest.approx(max(map(total, sets_of_spans(4, 3))))


@pytest.mark.parametrize("seed", range(5))
def test_the_likeliest_segmentation_scores_the_most(seed: int) -> None:
    scores = scores_of(4, 3, seed)[0].numpy()

    def total(spans: list[Found]) -> float:
        outside = set(range(4)) - {word for span in spans for word in range(span.first, span.after)}
        inside = sum(scores[first, after - first - 1, kind + 1] for kind, first, after in spans)
        return float(inside + sum(scores[word, 0, 0] for word in outside))

    assert total(likeliest(scores)) == pytest.approx(max(map(total, sets_of_spans(4, 3))))


def test_a_span_is_given_when_it_is_likelier_than_its_price() -> None:
    shares = np.zeros((2, 2, TYPES + 1))
    shares[0, 1, 1], shares[0, 0, 2] = 0.45, 0.3  # one span of both words, or a span of the first word
    assert best_expected_f1(shares, 0.4) == [Found(0, 0, 2)]
    assert best_expected_f1(shares, 0.5) == []
    shares[1, 0, 3] = 0.5
    assert best_expected_f1(shares, 0.2) == [Found(1, 0, 1), Found(2, 1, 2)]


@pytest.mark.parametrize("seed", range(3))
def test_shares_of_tags_sum_to_one_over_each_word_and_follow_the_spans(seed: int) -> None:
    shares = shares_of(scores_of(5, 4, seed))
    tags = tag_shares(shares, LABELS)
    assert tags.sum(axis=1) == pytest.approx(np.ones(5), abs=1e-5)
    item = shares[..., 1 + LABELS.types.index("Item")]
    over_word_2 = [item[first, width] for first in range(2) for width in range(4) if first + width >= 2]
    assert tags[2, LABELS.ids["I-Item"]] == pytest.approx(sum(over_word_2), abs=1e-6)
    assert tags[0, LABELS.ids["I-Item"]] == 0


def test_tags_say_the_same_as_spans() -> None:
    spans = [Found(0, 0, 2), Found(0, 2, 3), Found(2, 4, 5)]
    tags = tags_of(spans, 6, LABELS)
    assert tags == ["B-Item", "I-Item", "B-Item", "O", "B-Price", "O"]
    assert [Found(LABELS.types.index(kind), *place) for kind, *place in spans_of(tags)] == spans


def test_a_query_without_words_has_no_span() -> None:
    nothing = np.zeros((0, 1, TYPES + 1))
    assert likeliest(nothing) == best_expected_f1(nothing, 0.4) == []
    assert tag_shares(nothing, LABELS).shape == (0, 7)
