"""The few directions that hold most of a sparse matrix (truncated SVD, Halko, Martinsson, Tropp 2011)."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from sklearn.decomposition import TruncatedSVD

SMALLEST = 1e-6  # of the largest singular value; below it a direction is rounding


def fit_directions(matrix: Any, *, size: int, seed: int) -> np.ndarray:
    """Float64 [size, columns] with rows of length 1, most telling first; rows beyond the matrix' rank are zero."""
    directions = np.zeros((size, matrix.shape[1]))
    rank = min(size, *matrix.shape)
    if rank and matrix.shape[1] == 1:
        directions[0] = 1.0  # scikit-learn asks for two columns or more
    elif rank and matrix.nnz:
        with np.errstate(invalid="ignore"):  # a ratio that is not used is 0/0 when all rows are alike
            svd = TruncatedSVD(rank, random_state=seed).fit(matrix)
        real = svd.singular_values_ > SMALLEST * svd.singular_values_.max()
        directions[:rank][real] = svd.components_[real]
    return directions


def vector_column(rows: np.ndarray) -> pl.Series:
    """An array [n, size] as a column of type List(Float32)."""
    return pl.Series(rows, dtype=pl.Array(pl.Float32, rows.shape[1])).cast(pl.List(pl.Float32))


def lengths(rows: np.ndarray) -> np.ndarray:
    """Euclidean length of each row, float64 [n]."""
    return np.linalg.norm(rows, axis=1)
