from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import KBinsDiscretizer, QuantileTransformer

from ecrec_assets.features.bins import MISSING, Bins, fit_bins
from ecrec_assets.features.quantiles import QuantileScale, fit_quantile_scale
from ecrec_assets.features.scaling import LogScale, fit_log_scale, log_scale_pipeline

RNG = np.random.default_rng(5)
FRAME = pl.DataFrame(
    {
        "household_id": range(200),
        "spend": RNG.lognormal(3, 1, 200),
        "trend": RNG.normal(0, 2, 200),
        "trips": RNG.poisson(2, 200),
    }
).with_columns(spend=pl.when(pl.col("household_id") % 9 > 0).then("spend"))
COLUMNS = ("spend", "trend", "trips")


def test_log_scale_gives_what_its_scikit_learn_pipeline_gives() -> None:
    found = fit_log_scale(FRAME.lazy(), COLUMNS).transform(FRAME.lazy()).collect()
    expected = log_scale_pipeline().fit_transform(FRAME.select(pl.col(COLUMNS).cast(pl.Float64)))
    assert found.select(COLUMNS).to_numpy() == pytest.approx(expected.to_numpy())
    assert found["household_id"].equals(FRAME["household_id"])


def test_log_scale_leaves_no_gap_and_centres() -> None:
    found = fit_log_scale(FRAME.lazy(), COLUMNS).transform(FRAME.lazy()).collect().select(COLUMNS)
    assert found.null_count().sum_horizontal().item() == 0
    assert found.mean().row(0) == pytest.approx([0] * 3, abs=1e-9)
    assert found.std(ddof=0).row(0) == pytest.approx([1] * 3)


def test_quantile_scale_gives_what_scikit_learn_gives_and_keeps_gaps() -> None:
    found = fit_quantile_scale(FRAME.lazy(), COLUMNS, quantiles=50).transform(FRAME.lazy()).collect().select(COLUMNS)
    values = FRAME.select(pl.col(COLUMNS).cast(pl.Float64)).to_numpy()
    expected = QuantileTransformer(n_quantiles=50, random_state=7).fit_transform(values)
    assert found["spend"].null_count() == FRAME["spend"].null_count()
    assert found.to_numpy() == pytest.approx(expected, nan_ok=True)


def test_bins_are_those_of_scikit_learn_and_a_gap_is_a_class() -> None:
    found = fit_bins(FRAME.lazy(), COLUMNS, bins=5).transform(FRAME.lazy()).collect()
    trend = FRAME["trend"].to_numpy().reshape(-1, 1)
    binner = KBinsDiscretizer(5, encode="ordinal", strategy="quantile", subsample=None)
    assert found["trend"].to_list() == binner.fit_transform(trend).ravel().astype(int).tolist()
    assert (found["spend"] == MISSING).to_list() == FRAME["spend"].is_null().to_list()


def test_a_value_that_most_rows_share_is_a_bin_of_its_own() -> None:
    """Quantiles alone would put all of it into one bin: nineteen edges of twenty are zero."""
    counts = [0.0] * 96 + [1.0, 1.0, 2.0, 7.0]
    frame = pl.LazyFrame({"x": counts, "yes": [0.0] * 70 + [1.0] * 30})
    found = fit_bins(frame, ["x", "yes"], bins=20).transform(frame).collect()
    assert found["x"].to_list()[:96] == [0] * 96
    assert min(found["x"].to_list()[96:]) == 1
    assert found["yes"].to_list() == [0] * 70 + [1] * 30


@given(st.lists(st.none() | st.floats(-1e6, 1e6), min_size=1, max_size=60))
@settings(max_examples=40, deadline=None)
def test_bins_and_quantiles_never_turn_the_order_round(values: list[float | None]) -> None:
    frame = pl.LazyFrame({"x": values}, schema={"x": pl.Float64})
    columns = {"bin": fit_bins(frame, ["x"], bins=4).transform(frame).collect()["x"].to_list()}
    if any(value is not None for value in values):
        columns["place"] = fit_quantile_scale(frame, ["x"], quantiles=7).transform(frame).collect()["x"].to_list()
    for transformed in columns.values():
        known = sorted((v, t) for v, t in zip(values, transformed, strict=True) if v is not None)
        placed = [place for _, place in known]
        assert placed == pytest.approx(sorted(placed), abs=1e-12)  # interpolation rounds in the last bit


def test_a_constant_column_is_one_bin_and_scales_to_zero() -> None:
    frame = pl.LazyFrame({"x": [4.0, 4.0, None]})
    assert fit_bins(frame, ["x"]).transform(frame).collect()["x"].to_list() == [0, 0, MISSING]
    assert fit_log_scale(frame, ["x"]).transform(frame).collect()["x"].to_list() == [0, 0, 0]


@pytest.mark.parametrize("fit", [fit_log_scale, fit_quantile_scale])
def test_a_column_without_any_value_is_refused_by_name(fit: object) -> None:
    frame = pl.LazyFrame({"x": [1.0], "empty": [None]}, schema={"x": pl.Float64, "empty": pl.Float64})
    with pytest.raises(ValueError, match="empty has no value"):
        fit(frame, ["x", "empty"])  # type: ignore[operator]


@pytest.mark.parametrize(
    ("kind", "fitted"),
    [
        (LogScale, fit_log_scale(FRAME.lazy(), COLUMNS)),
        (QuantileScale, fit_quantile_scale(FRAME.lazy(), COLUMNS)),
        (Bins, fit_bins(FRAME.lazy(), COLUMNS)),
    ],
    ids=["scale", "quantiles", "bins"],
)
def test_what_was_fitted_can_be_stored_as_json_and_restored_exactly(kind: type, fitted: object) -> None:
    restored = kind.model_validate_json(fitted.model_dump_json())
    assert restored == fitted
    assert restored.transform(FRAME.lazy()).collect().equals(fitted.transform(FRAME.lazy()).collect())


def test_what_was_fitted_on_the_past_does_not_move_with_new_rows() -> None:
    scale = fit_log_scale(FRAME.lazy(), COLUMNS)
    alone = scale.transform(FRAME.head(5).lazy()).collect()
    assert alone.equals(scale.transform(FRAME.lazy()).collect().head(5))
