from __future__ import annotations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from ecrec_assets.models.recommender.calibration import (
    CELLS,
    NOTHING,
    Counts,
    count,
    fit_calibration,
    fit_calibrations,
    probability,
)


def drawn(pairs: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds that are too steep and too high, and what happened."""
    draw = np.random.default_rng(seed)
    truth = draw.normal(-4, 2, pairs)
    return 1.5 * truth + 2, draw.random(pairs) < probability(truth)


def test_a_wrong_score_is_set_right_on_pairs_it_was_not_fitted_on() -> None:
    calibration = fit_calibration(count(*drawn(400_000)))
    fresh, happened = drawn(400_000, seed=1)
    z = probability(calibration.apply(fresh))
    assert abs(z.mean() - happened.mean()) < 0.02 * happened.mean()
    for low, high in ((0, 0.05), (0.05, 0.2), (0.2, 0.5), (0.5, 1)):
        here = (z >= low) & (z < high)
        assert here.sum() > 500
        assert abs(z[here].mean() - happened[here].mean()) < 0.02
    assert abs(probability(fresh).mean() - happened.mean()) > 0.2 * happened.mean()


def test_counting_in_blocks_is_counting_at_once() -> None:
    scores, happened = drawn(1000)
    whole = count(scores, happened)
    parts = NOTHING + count(scores[:300], happened[:300]) + count(scores[300:], happened[300:])
    np.testing.assert_array_equal(whole.pairs, parts.pairs)
    np.testing.assert_array_equal(whole.purchases, parts.purchases)
    assert whole.pairs.sum() == 1000 and whole.purchases.sum() == happened.sum()


def test_scores_beyond_the_grid_are_counted_at_its_ends() -> None:
    found = count(np.array([-1e9, 1e9]), np.array([False, True]))
    assert found.pairs[0] == 1 and found.pairs[-1] == 1 and found.purchases[-1] == 1


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=30))
def test_calibration_rises_strictly_and_gives_probabilities(cells: list[tuple[int, int]]) -> None:
    pairs, purchases = np.zeros(CELLS), np.zeros(CELLS)
    for place, (no, yes) in enumerate(cells):
        pairs[place * 20] += no + yes
        purchases[place * 20] += yes
    assume(pairs.any())
    log_odds = fit_calibration(Counts(pairs, purchases)).apply(np.linspace(-12, 8, 400))
    assert (np.diff(log_odds) > 0).all()
    assert (probability(log_odds) > 0).all() and (probability(log_odds) < 1).all()


def test_the_mean_of_z_is_the_share_that_bought() -> None:
    scores, happened = drawn(200_000)
    z = probability(fit_calibration(count(scores, happened)).apply(scores))
    assert abs(z.mean() / happened.mean() - 1) < 0.02


def test_without_purchases_or_pairs_the_order_stays_and_nothing_is_certain() -> None:
    unsold = fit_calibration(count(np.array([-3.0, -2, -1]), np.zeros(3, bool)))
    assert unsold.calibrated.shape == (1,) and probability(unsold.apply(np.array([-2.0]))) < 0.2
    assert fit_calibration(NOTHING).apply(np.array([-1.0, 2])).tolist() == [-1, 2]


def test_the_threshold_is_where_f1_is_highest_over_both_heads() -> None:
    (one, bought_one), (two, bought_two) = drawn(20_000), drawn(5_000, seed=2)
    found = fit_calibrations(count(one, bought_one), count(two, bought_two))
    z = probability(np.concatenate([found.rhythm.apply(one), found.discovery.apply(two)]))
    happened = np.concatenate([bought_one, bought_two])

    def f1(threshold: float) -> float:
        called = z >= threshold
        return 2 * (called & happened).sum() / (called.sum() + happened.sum())

    assert f1(found.threshold) > max(f1(t) for t in np.linspace(0.01, 0.99, 99)) - 0.01  # a cell of the grid is 0.05
