"""Losses and calibration against hand-worked values, scikit-learn and plain loops."""

from __future__ import annotations

from itertools import pairwise
from math import inf, log

import numpy as np
import polars as pl
import pytest
from sklearn import metrics as oracle

from ecrec_assets.evaluate.calibration.brier import brier
from ecrec_assets.evaluate.calibration.expected_calibration_error import expected_calibration_error
from ecrec_assets.evaluate.calibration.log_loss import log_loss
from ecrec_assets.evaluate.calibration.reliability import EDGES, reliability_curve

BOUGHT = np.array([True, False, False, True])
Z = np.array([0.8, 0.4, 0.1, 0.25])


def test_losses_worked_by_hand() -> None:
    assert log_loss(BOUGHT, Z) == pytest.approx(-(log(0.8) + log(0.6) + log(0.9) + log(0.25)) / 4)
    assert brier(BOUGHT, Z) == pytest.approx((0.2**2 + 0.4**2 + 0.1**2 + 0.75**2) / 4)


def test_certainty_is_free_when_right_and_ruinous_when_wrong() -> None:
    assert log_loss(BOUGHT, BOUGHT.astype(float)) == 0 and brier(BOUGHT, BOUGHT.astype(float)) == 0
    assert log_loss(BOUGHT, (~BOUGHT).astype(float)) == inf and brier(BOUGHT, (~BOUGHT).astype(float)) == 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("seed", range(5))
def test_scikit_learn_gives_the_same_losses(seed: int, dtype: type) -> None:
    draw = np.random.default_rng(seed)
    z = draw.beta(0.3, 3, (40, 25)).clip(1e-5, 1 - 1e-5).astype(dtype)
    bought = draw.random(z.shape) < z
    bought[0, :2] = True, False
    assert log_loss(bought, z) == pytest.approx(oracle.log_loss(bought.ravel(), z.ravel()), rel=1e-5)
    assert brier(bought, z) == pytest.approx(oracle.brier_score_loss(bought.ravel(), z.ravel()), rel=1e-5)


def test_the_truth_has_the_lowest_expected_loss() -> None:
    bought = np.arange(1000) < 130
    for loss in (log_loss, brier):
        losses = {p: loss(bought, np.full(1000, p)) for p in (0.05, 0.1, 0.13, 0.16, 0.5)}
        assert min(losses, key=lambda p: losses[p]) == 0.13


def test_a_reliability_curve_worked_by_hand() -> None:
    curve = reliability_curve(
        np.array([0, 1, 1, 0, 1]), np.array([0.0, 0.5, 0.9, 0.6, 1.0]), edges=(0, 0.5, 0.75, 0.8, 1)
    )
    assert curve.rows() == [
        (0.0, 0.5, 0.0, 0.0, 1),
        (0.5, 0.75, 0.55, 0.5, 2),
        (0.8, 1.0, 0.95, 1.0, 2),
    ]
    expected = (1 * 0.0 + 2 * 0.05 + 2 * 0.05) / 5
    assert expected_calibration_error(curve) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(5))
def test_a_plain_loop_gives_the_same_curve(seed: int) -> None:
    draw = np.random.default_rng(seed)
    z = (10 ** draw.uniform(-5, 0, 500)).astype(np.float32)
    bought = draw.random(500) < z
    curve = reliability_curve(bought, z)
    assert curve["pairs"].sum() == 500
    error = 0.0
    for low, high in pairwise(EDGES):
        here = [i for i in range(500) if np.float32(low) <= z[i] < np.float32(high) or (high == 1 and z[i] == 1)]
        row = curve.filter(pl.col("lower") == low)
        assert len(row) == bool(here)
        if here:
            predicted, observed = float(z[here].mean(dtype=float)), float(bought[here].mean())
            assert row["predicted"].item() == pytest.approx(predicted) and row["observed"].item() == observed
            error += len(here) / 500 * abs(predicted - observed)
    assert expected_calibration_error(curve) == pytest.approx(error)


def test_calibration_error_is_zero_for_the_truth_and_the_shift_for_a_shift() -> None:
    z = np.repeat([0.15, 0.45, 0.85], 100)
    bought = np.concatenate([np.arange(100) < n for n in (15, 45, 85)])
    assert expected_calibration_error(reliability_curve(bought, z)) == pytest.approx(0)
    assert expected_calibration_error(reliability_curve(bought, z + 0.04)) == pytest.approx(0.04)
