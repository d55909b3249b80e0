from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import pytest
import torch

from ecrec_assets.models.tagger.segments import IMPOSSIBLE, log_partition, marginals, only_possible

Segment = tuple[int, int, int]
KINDS = 3


def segmentations(words: int, widths: int) -> Iterator[list[Segment]]:
    """Every way to cut `words` words into (first, width - 1, kind); kind 0 has one word."""

    def cut(first: int) -> Iterator[list[Segment]]:
        if first == words:
            yield []
        for width, kind in itertools.product(range(widths), range(KINDS)):
            if first + width < words and (kind > 0 or width == 0):
                yield from ([(first, width, kind), *rest] for rest in cut(first + width + 1))

    return cut(0)


def random_scores(queries: int, words: int, widths: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(queries, words, widths, KINDS, generator=torch.Generator().manual_seed(seed), dtype=torch.double)


LENGTHS = torch.tensor([4, 1, 3, 0])


@pytest.mark.parametrize("widths", [1, 2, 4])
def test_the_sum_and_the_shares_are_those_of_all_segmentations(widths: int) -> None:
    scores = only_possible(random_scores(4, 4, widths), LENGTHS)
    logs, shares = log_partition(scores, LENGTHS), marginals(scores, LENGTHS)
    for query, length in enumerate(LENGTHS.tolist()):
        every = list(segmentations(length, widths))
        weights = [math.exp(sum(scores[query, *segment].item() for segment in segments)) for segments in every]
        assert logs[query].item() == pytest.approx(math.log(sum(weights)))
        expected = torch.zeros_like(shares[query])
        for segments, weight in zip(every, weights, strict=True):
            for segment in segments:
                expected[segment] += weight / sum(weights)
        assert torch.allclose(shares[query], expected, atol=1e-9)


def test_the_shares_are_the_slope_of_the_log_sum() -> None:
    scores = only_possible(random_scores(4, 4, 3), LENGTHS).requires_grad_()
    log_partition(scores, LENGTHS).sum().backward()
    assert torch.allclose(scores.grad, marginals(scores.detach(), LENGTHS), atol=1e-9)


def test_a_word_without_pieces_is_outside_and_in_no_span() -> None:
    blank = torch.tensor([[False, True, False, False]])
    lengths = torch.tensor([4])
    shares = marginals(only_possible(random_scores(1, 4, 3), lengths, blank), lengths)[0]
    assert shares[1, 0, 0].item() == pytest.approx(1)
    assert shares[0, 1:].sum() == shares[1, :, 1:].sum() == 0
    assert shares[2, 1, 1:].sum() > 0


def test_only_single_words_can_be_outside() -> None:
    scores = only_possible(random_scores(1, 3, 3), torch.tensor([3]))
    assert (scores[:, :, 1:, 0] == IMPOSSIBLE).all()
    assert (scores[:, :, 0, 0] > IMPOSSIBLE).all()


def test_long_queries_stay_finite() -> None:
    scores = (30 * random_scores(2, 64, 16)).float()
    lengths = torch.tensor([64, 63])
    shares = marginals(only_possible(scores, lengths), lengths)
    over = sum(
        shares[0, first, width].sum().item() for first in range(41) for width in range(16) if first + width >= 40
    )
    assert torch.isfinite(shares).all()
    assert over == pytest.approx(1, abs=1e-3)
