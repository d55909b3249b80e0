"""Columns to a common scale: middle value for what is missing, logarithm, mean 0 and deviation 1."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from pydantic import BaseModel, ConfigDict
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler


class LogScale(BaseModel):
    """The fitted numbers of each column; `model_dump_json` and `model_validate_json` store and restore them."""

    model_config = ConfigDict(frozen=True)

    columns: tuple[str, ...]
    medians: tuple[float, ...]  # of the values as given
    means: tuple[float, ...]  # of the logarithms
    deviations: tuple[float, ...]

    def transform(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """The frame with its columns replaced by Float64 without nulls; other columns stay."""
        fitted = zip(self.columns, self.medians, self.means, self.deviations, strict=True)
        return frame.with_columns(
            (signed_log(pl.col(name).cast(pl.Float64).fill_null(median)) - mean) / deviation
            for name, median, mean, deviation in fitted
        )


def fit_log_scale(frame: pl.LazyFrame, columns: Sequence[str]) -> LogScale:
    """Learned with `log_scale_pipeline`. ValueError for a column without any value: it has no middle."""
    values = frame.select(pl.col(columns).cast(pl.Float64)).collect()
    if empty := [name for name in columns if values[name].null_count() == values.height]:
        raise ValueError(f"{', '.join(empty)} {'has' if len(empty) == 1 else 'have'} no value to learn a scale from")
    fitted = log_scale_pipeline().fit(values)
    scaler = fitted[-1]
    return LogScale(
        columns=tuple(columns),
        medians=tuple(fitted[0].statistics_.tolist()),
        means=tuple(scaler.mean_.tolist()),
        deviations=tuple(scaler.scale_.tolist()),
    )


def log_scale_pipeline() -> Pipeline:
    """What `LogScale` does, in scikit-learn; takes and gives polars frames."""
    log = FunctionTransformer(_signed_log, feature_names_out="one-to-one")
    steps = make_pipeline(SimpleImputer(strategy="median"), log, StandardScaler())
    return steps.set_output(transform="polars")


def signed_log(values: pl.Expr) -> pl.Expr:
    """log(1 + x), mirrored for negative x: counts and money shrink, log-odds and trends keep their sign."""
    return values.sign() * values.abs().log1p()


def _signed_log(values: pl.DataFrame) -> pl.DataFrame:
    return values.select(signed_log(pl.all()))
