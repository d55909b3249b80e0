"""Ranking metrics against values worked by hand, against the plainest code that can be written, and their laws."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrec_assets.evaluate.ranking.coverage import coverage
from ecrec_assets.evaluate.ranking.hits import hits
from ecrec_assets.evaluate.ranking.ndcg import ndcg
from ecrec_assets.evaluate.ranking.precision import precision
from ecrec_assets.evaluate.ranking.recall import recall

METRICS = (ndcg, recall, precision)


def plain(ranked: list[int], relevant: set[int], k: int) -> tuple[float, float, float]:
    """NDCG, recall and precision of one list, from the textbook and in no hurry."""
    gain = ideal = found = 0.0
    for rank, item in enumerate(ranked[:k], start=1):
        if item in relevant:
            gain += 1 / log2(rank + 1)
            found += 1
    for rank in range(1, min(k, len(relevant)) + 1):
        ideal += 1 / log2(rank + 1)
    return gain / ideal, found / len(relevant), found / k


def test_values_worked_by_hand() -> None:
    found = np.array([[True, False, True], [False, False, False], [False, True, False]])
    relevant = np.array([2, 5, 1])
    first = (1 + 1 / 2) / (1 + 1 / log2(3))
    np.testing.assert_allclose(ndcg(found, relevant), [first, 0, 1 / log2(3)])
    np.testing.assert_allclose(recall(found, relevant), [1, 0, 1])
    np.testing.assert_allclose(precision(found, relevant), [2 / 3, 0, 1 / 3])


@pytest.mark.parametrize("seed", range(20))
def test_the_plainest_code_gives_the_same(seed: int) -> None:
    draw = np.random.default_rng(seed)
    items, k = 15, int(draw.integers(1, 12))
    orders = [draw.permutation(items) for _ in range(30)]
    truths = [set(draw.choice(items, draw.integers(1, items), replace=False).tolist()) for _ in orders]
    top = np.array([order[:k] for order in orders])
    truth = np.array([[item in bought for item in range(items)] for bought in truths])
    found, relevant = hits(top, truth), truth.sum(axis=1)
    expected = np.array([plain(order.tolist(), bought, k) for order, bought in zip(orders, truths, strict=True)])
    for column, metric in enumerate(METRICS):
        np.testing.assert_allclose(metric(found, relevant), expected[:, column])


@given(relevant=st.integers(1, 40), k=st.integers(1, 25))
def test_a_perfect_list_has_ndcg_one_and_an_empty_one_zero(relevant: int, k: int) -> None:
    perfect = np.arange(k)[None, :] < relevant
    assert ndcg(perfect, np.array([relevant])) == pytest.approx(1)
    assert recall(perfect, np.array([relevant])) == pytest.approx(min(k, relevant) / relevant)
    assert precision(perfect, np.array([relevant])) == pytest.approx(min(k, relevant) / k)
    for metric in METRICS:
        assert metric(np.zeros((1, k), bool), np.array([relevant])) == 0


@given(st.lists(st.booleans(), min_size=2, max_size=20), st.integers(0, 10), st.data())
def test_bounds_and_moving_a_hit_up(found: list[bool], missed: int, data: st.DataObject) -> None:
    relevant = np.array([max(sum(found) + missed, 1)])
    one = np.array([found])
    for metric in METRICS:
        assert 0 <= metric(one, relevant)[0] <= 1 + 1e-12
    place = data.draw(st.integers(1, len(found) - 1))
    if found[place] and not found[place - 1]:
        better = one.copy()
        better[0, [place - 1, place]] = True, False
        assert ndcg(better, relevant)[0] > ndcg(one, relevant)[0]
        assert recall(better, relevant)[0] == recall(one, relevant)[0]


@pytest.mark.parametrize("seed", range(5))
def test_renumbering_items_and_households_changes_nothing(seed: int) -> None:
    draw = np.random.default_rng(seed)
    truth = draw.random((8, 12)) < 0.4
    truth[:, 0] = True
    top = np.array([draw.permutation(12)[:5] for _ in range(8)])
    items, households = draw.permutation(12), draw.permutation(8)
    renumbered = np.empty_like(truth)
    renumbered[:, items] = truth
    for metric in METRICS:
        before = metric(hits(top, truth), truth.sum(axis=1))
        after = metric(hits(items[top][households], renumbered[households]), truth.sum(axis=1)[households])
        np.testing.assert_allclose(after, before[households])


def test_an_empty_place_is_a_miss() -> None:
    found = hits(np.array([[1, -1, -1]]), np.array([[True, True, True]]))
    assert found.tolist() == [[True, False, False]]
    assert precision(found, np.array([3])) == pytest.approx(1 / 3)


@pytest.mark.parametrize("metric", METRICS)
def test_lists_that_cannot_be_judged_are_refused(metric: object) -> None:
    assert callable(metric)
    with pytest.raises(ValueError, match="1 lists have no relevant item"):
        metric(np.array([[True], [False]]), np.array([1, 0]))
    with pytest.raises(ValueError, match="stand in it twice"):
        metric(np.array([[True, True]]), np.array([1]))
    with pytest.raises(ValueError, match="2 lists, but 1 numbers"):
        metric(np.array([[True], [False]]), np.array([1]))


def test_coverage_counts_each_candidate_once() -> None:
    assert coverage(np.array([[0, 1, 2], [2, 1, -1]]), candidates=10) == pytest.approx(0.3)
    assert coverage(np.array([[-1, -1]]), candidates=10) == 0
    assert coverage(np.arange(10)[None, :], candidates=10) == 1
