from __future__ import annotations

import time

import numpy as np
import pytest

from ecrec_assets.evaluate.spans import bootstrap as module
from ecrec_assets.evaluate.spans.bootstrap import Bootstrap, interval, resampled_sums


def hits(share: float, queries: int) -> np.ndarray:
    return np.column_stack([np.random.default_rng(0).random(queries) < share, np.ones(queries)])


def test_the_interval_of_a_share_is_that_of_theory() -> None:
    sums = resampled_sums(hits(0.3, 900), Bootstrap(times=4_000))
    found = interval(sums[:, 0] / sums[:, 1])
    half = 1.96 * np.sqrt(found.value * (1 - found.value) / 900)
    assert found.low == pytest.approx(found.value - half, abs=0.004)
    assert found.high == pytest.approx(found.value + half, abs=0.004)


def test_the_same_seed_gives_the_same_interval_and_another_one_another() -> None:
    one, again, other = (resampled_sums(hits(0.3, 200), Bootstrap(seed=seed)) for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_words_of_one_query_are_drawn_together() -> None:
    """Ten words that are right or wrong as one tell no more than one word."""
    single = hits(0.5, 100)
    sums, of_ten = (resampled_sums(each, Bootstrap()) for each in (single, 10 * single))
    assert interval(of_ten[:, 0] / of_ten[:, 1]) == interval(sums[:, 0] / sums[:, 1])


def test_resamples_in_several_blocks_are_as_many_and_as_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = resampled_sums(hits(0.3, 300), Bootstrap())
    monkeypatch.setattr(module, "DRAWS_AT_ONCE", 10_000)
    parts = resampled_sums(hits(0.3, 300), Bootstrap())
    assert parts.shape == whole.shape == (1_001, 2)
    assert np.std(parts[1:, 0]) == pytest.approx(np.std(whole[1:, 0]), rel=0.1)


def test_undefined_resamples_do_not_count() -> None:
    assert interval([0.5, np.nan, 0.4, np.nan, 0.6]).low == pytest.approx(0.405)
    assert interval([0.5, np.nan]) == (0.5, 0.5, 0.5)


def test_a_thousand_resamples_of_a_thousand_queries_take_well_under_a_second() -> None:
    begun = time.process_time()
    resampled_sums(np.ones((1_000, 51)), Bootstrap(seed=12_345))
    assert time.process_time() - begun < 1
