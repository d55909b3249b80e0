"""Columns to their place in the distribution, 0 to 1: outliers lose their reach, ties stay ties."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from pydantic import BaseModel, ConfigDict
from sklearn.preprocessing import QuantileTransformer


class QuantileScale(BaseModel):
    """Values at evenly spaced quantiles, a row a column; stored with `model_dump_json`."""

    model_config = ConfigDict(frozen=True)

    columns: tuple[str, ...]
    quantiles: tuple[tuple[float, ...], ...]

    def transform(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """The frame with its columns replaced by Float64 in [0, 1]; a missing value stays missing."""
        return frame.with_columns(
            pl.col(name).cast(pl.Float64).map_batches(_Place(quantiles), return_dtype=pl.Float64)
            for name, quantiles in zip(self.columns, self.quantiles, strict=True)
        )


class _Place:
    """As scikit-learn: a tie is placed in its middle, but what ties for the least is 0 and for the most 1."""

    def __init__(self, quantiles: Sequence[float]) -> None:
        self.quantiles = np.array(quantiles)
        self.places = np.linspace(0, 1, len(self.quantiles))

    def __call__(self, column: pl.Series) -> pl.Series:
        values = column.to_numpy()
        up = np.interp(values, self.quantiles, self.places)
        down = np.interp(-values, -self.quantiles[::-1], -self.places[::-1])
        placed = np.where(values >= self.quantiles[-1], 1.0, (up - down) / 2)
        return pl.Series(column.name, np.where(values <= self.quantiles[0], 0.0, placed)).fill_nan(None)


def fit_quantile_scale(
    frame: pl.LazyFrame, columns: Sequence[str], *, quantiles: int = 100, seed: int = 7
) -> QuantileScale:
    """Learned with scikit-learn's QuantileTransformer, from at most 10,000 rows drawn with `seed`."""
    values = frame.select(pl.col(columns).cast(pl.Float64)).collect()
    if empty := [name for name in columns if values[name].null_count() == values.height]:
        raise ValueError(f"{', '.join(empty)} {'has' if len(empty) == 1 else 'have'} no value to learn quantiles from")
    count = max(1, min(quantiles, values.height))
    fitted = QuantileTransformer(n_quantiles=count, random_state=seed).fit(values.to_numpy())
    return QuantileScale(columns=tuple(columns), quantiles=tuple(map(tuple, fitted.quantiles_.T.tolist())))
