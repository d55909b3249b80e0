"""Ids as numpy arrays that sort and search: whole numbers or text."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral
from typing import Any

import numpy as np
import polars as pl


def as_array(ids: pl.Series) -> np.ndarray:
    """int64 of whole numbers, str_ of text. Both sort as Polars does. TypeError for anything else."""
    if ids.dtype.is_integer():
        return ids.cast(pl.Int64).to_numpy()
    if ids.dtype == pl.String():
        return np.asarray(ids.to_list(), dtype=np.str_)
    raise TypeError(f"column {ids.name} holds {ids.dtype}; ids are whole numbers or text")


def dtype_of(ids: np.ndarray) -> pl.DataType:
    """Int64 or String."""
    return pl.String() if ids.dtype.kind == "U" else pl.Int64()


def as_series(name: str, ids: Iterable[Any], like: np.ndarray) -> pl.Series:
    """Ids of the kind of `like`. TypeError for text where the ids are numbers, and the other way round."""
    values = ids.tolist() if isinstance(ids, np.ndarray) else list(ids)
    kind: type = str if like.dtype.kind == "U" else Integral
    wrong = next((value for value in values if not isinstance(value, kind)), None)
    if wrong is not None:
        raise TypeError(f"{name} {wrong!r} is no {'text' if kind is str else 'whole number'}; these ids all are")
    return pl.Series(name, values, dtype=dtype_of(like))
