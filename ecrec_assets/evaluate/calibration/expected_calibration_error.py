"""Expected calibration error."""

from __future__ import annotations

import polars as pl


def expected_calibration_error(curve: pl.DataFrame) -> float:
    """Mean of |predicted - observed| over the bins of a reliability curve, each weighted by its pairs; in [0, 1].

    Naeini, Cooper, Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015.
    """
    gap = (pl.col("predicted") - pl.col("observed")).abs()
    return float(curve.select((gap * pl.col("pairs")).sum() / pl.col("pairs").sum()).item())
