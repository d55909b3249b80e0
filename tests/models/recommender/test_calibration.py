from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecrec_assets.models.recommender.calibration import EDGES, Counts, count, fit_calibration


def drawn(pairs: int, shift: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds that are off by `shift`, and what happened."""
    draw = np.random.default_rng(seed)
    truth = draw.normal(-4, 2, pairs)
    return truth + shift, draw.random(pairs) < 1 / (1 + np.exp(-truth))


def test_a_shifted_score_is_set_right_on_pairs_it_was_not_fitted_on() -> None:
    calibration = fit_calibration(count([drawn(400_000, shift=1.5)]))
    fresh, happened = drawn(400_000, shift=1.5, seed=1)
    z = calibration.apply(fresh)
    assert abs(z.mean() - happened.mean()) < 0.02 * happened.mean()
    for low, high in ((0, 0.05), (0.05, 0.2), (0.2, 0.5), (0.5, 1)):
        here = (z >= low) & (z < high)
        assert abs(z[here].mean() - happened[here].mean()) < 0.01


def test_counting_in_blocks_is_counting_at_once() -> None:
    scores, happened = drawn(1000, 0)
    whole, parts = count([(scores, happened)]), count([(scores[:300], happened[:300]), (scores[300:], happened[300:])])
    np.testing.assert_array_equal(whole.pairs, parts.pairs)
    np.testing.assert_array_equal(whole.purchases, parts.purchases)
    assert whole.pairs.sum() == 1000 and whole.purchases.sum() == happened.sum()


def test_scores_beyond_the_grid_are_counted_at_its_ends() -> None:
    found = count([(np.array([-1e9, 1e9]), np.array([False, True]))])
    assert found.pairs[0] == 1 and found.pairs[-1] == 1 and found.purchases[-1] == 1


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=30))
def test_z_is_a_probability_that_never_falls_in_the_score(cells: list[tuple[int, int]]) -> None:
    pairs = np.zeros(len(EDGES) - 1)
    purchases = np.zeros(len(EDGES) - 1)
    for place, (no, yes) in enumerate(cells):
        pairs[place * 20] += no + yes
        purchases[place * 20] += yes
    if not pairs.sum():
        return
    z = fit_calibration(Counts(pairs, purchases)).apply(np.linspace(-30, 20, 500))
    assert (z > 0).all() and (z < 1).all() and (np.diff(z) >= 0).all()


def test_the_threshold_is_where_f1_is_highest() -> None:
    scores, happened = drawn(20_000, 0)
    calibration = fit_calibration(count([(scores, happened)]))
    z = calibration.apply(np.floor(scores / 0.05) * 0.05 + 0.025)

    def f1(threshold: float) -> float:
        called = z >= threshold
        return 2 * (called & happened).sum() / (called.sum() + happened.sum())

    assert f1(np.float32(calibration.threshold) - 1e-6) >= max(f1(t) for t in np.linspace(0.01, 0.99, 99)) - 1e-9
