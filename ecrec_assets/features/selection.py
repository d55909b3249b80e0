"""Which features say something of the next purchase, and why the others were dropped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from pydantic import BaseModel, ConfigDict, Field
from scipy.stats import entropy
from sklearn.metrics import mutual_info_score

from ecrec_assets.features.bins import fit_bins
from ecrec_assets.features.scaling import signed_log


class SelectionConfig(BaseModel):
    """The two thresholds a feature has to reach."""

    model_config = ConfigDict(frozen=True)

    min_variance: float = Field(1e-4, ge=0, description="variance of the signed logarithm, where values are present")
    min_information: float = Field(
        0.001, ge=0, le=1, description="share of the outcome's entropy that the feature explains alone"
    )
    bins: int = Field(20, ge=2, description="classes a feature is cut into to measure its information")


class Selection(NamedTuple):
    """`kept` in the order given; `table` has feature, variance, information, kept and reason, one row a feature."""

    kept: tuple[str, ...]
    table: pl.DataFrame


USUAL_SELECTION = SelectionConfig()


def select_features(
    examples: pl.LazyFrame, features: Sequence[str], *, outcome: str, config: SelectionConfig = USUAL_SELECTION
) -> Selection:
    """Judges numeric or Boolean `features` by their mutual information with the Boolean column `outcome`.

    The information is measured on bins (a missing value is a bin), less what as many bins would show by chance
    (Miller 1955: (bins - 1) / 2n), and given as a share of the outcome's entropy. ValueError if every outcome is alike.
    """
    frame = examples.select(outcome, pl.col(features).cast(pl.Float64)).collect()
    chance = frame[outcome].mean()
    if not isinstance(chance, float) or not 0 < chance < 1:
        raise ValueError(f"every '{outcome}' is alike in {frame.height:,} rows, so no feature can tell them apart")
    variances = frame.select(signed_log(pl.col(features)).var().fill_null(0.0)).row(0)
    binned = fit_bins(frame.lazy(), features, bins=config.bins).transform(frame.lazy()).collect()
    whole = entropy([chance, 1 - chance])
    rows = [
        _judged(name, variance, _information(binned, name, outcome) / whole, config)
        for name, variance in zip(features, variances, strict=True)
    ]
    table = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return Selection(tuple(table.filter("kept")["feature"]), table)


SCHEMA = {
    "feature": pl.String,
    "variance": pl.Float64,
    "information": pl.Float64,
    "kept": pl.Boolean,
    "reason": pl.String,
}


def _judged(
    name: str, variance: float, information: float, config: SelectionConfig
) -> tuple[str, float, float, bool, str]:
    if variance < config.min_variance:
        why = f"hardly varies: {variance:.2g}, at least {config.min_variance:.2g} is asked"
    elif information < config.min_information:
        why = f"explains {information:.3%} of the outcome, at least {config.min_information:.3%} is asked"
    else:
        return name, variance, information, True, f"explains {information:.3%} of the outcome"
    return name, variance, information, False, why


def _information(binned: pl.DataFrame, feature: str, outcome: str) -> float:
    """Nats, at least 0."""
    counts = binned.group_by(feature).agg(
        bought=pl.col(outcome).sum().cast(pl.Int64), not_bought=(~pl.col(outcome)).sum().cast(pl.Int64)
    )
    measured = mutual_info_score(None, None, contingency=counts.select("bought", "not_bought").to_numpy())
    return max(0.0, float(measured) - (counts.height - 1) / (2 * np.maximum(binned.height, 1)))
