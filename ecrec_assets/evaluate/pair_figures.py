"""Figures of probabilities over user x candidate pairs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ecrec_assets.evaluate.calibration.brier import brier
from ecrec_assets.evaluate.calibration.expected_calibration_error import expected_calibration_error
from ecrec_assets.evaluate.calibration.log_loss import log_loss
from ecrec_assets.evaluate.calibration.reliability import reliability_curve
from ecrec_assets.evaluate.classification.auc import auc
from ecrec_assets.evaluate.classification.confusion import confusion
from ecrec_assets.evaluate.metric_table import Figure


def probability_figures(bought: np.ndarray, z: np.ndarray, slice_name: str, segment: str) -> Iterator[Figure]:
    """AUC, losses and calibration of `z` against bool `bought`, same shape; none where nothing or all was bought.

    `ece_relative` is the calibration error over the base rate. The skills are 1 - loss / loss of saying the base rate:
    0 is worth nothing, 1 is knowing.
    """
    base = float(bought.mean())
    if not 0 < base < 1:
        return
    ece = expected_calibration_error(reliability_curve(bought, z))
    loss, square = log_loss(bought, z), brier(bought, z)
    entropy = -base * np.log(base) - (1 - base) * np.log1p(-base)
    values = {
        "base_rate": base,
        "mean_z": float(z.mean(dtype=np.float64)),
        "auc": auc(bought, z),
        "log_loss": loss,
        "log_loss_skill": 1 - loss / entropy,
        "brier": square,
        "brier_skill": 1 - square / (base * (1 - base)),
        "ece": ece,
        "ece_relative": ece / base,
    }
    for metric, value in values.items():
        yield Figure(slice_name, segment, metric, float(value), bought.size)


def threshold_figures(
    bought: np.ndarray, z: np.ndarray, threshold: float, slice_name: str, segment: str
) -> Iterator[Figure]:
    """Accuracy, precision, recall and F1 of saying 'will buy' from `threshold` on."""
    calls = confusion(bought, z, threshold)
    values = {
        "threshold": threshold,
        "accuracy": calls.accuracy,
        "precision": calls.precision,
        "recall": calls.recall,
        "f1": calls.f1,
    }
    for metric, value in values.items():
        yield Figure(slice_name, segment, metric, value, bought.size)
