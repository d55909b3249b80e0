"""The long table of an evaluation as names and numbers that MLflow can keep."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ecrec_assets.track.tracking import TrackingError

if TYPE_CHECKING:
    import polars as pl

NOT_IN_A_NAME = re.compile(r"[^\w.\- :]")  # MLflow's rule, without the slash that separates the parts


def named_figures(frame: pl.DataFrame) -> dict[str, float]:
    """`split/metric` for the slice `all`, else `split/slice/segment/metric`.

    `frame` has split, slice, segment, metric, value. Raises TrackingError for a value that is not a finite number, and
    where two rows would get one name.
    """
    rows = list(frame.select("split", "slice", "segment", "metric", "value").iter_rows())
    names = [_name(*row[:-1]) for row in rows]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise TrackingError(f"{len(twice)} metric names stand for more than one row, such as '{min(twice)}'")
    return finite(dict(zip(names, (row[-1] for row in rows), strict=True)))


def finite(figures: Mapping[str, float]) -> dict[str, float]:
    """The same figures. Raises TrackingError naming those that are missing, NaN or infinite: MLflow would store them
    as other numbers.
    """
    bad = {name: value for name, value in figures.items() if value is None or not math.isfinite(value)}
    if bad:
        shown = ", ".join(f"{name} = {value}" for name, value in list(bad.items())[:5])
        raise TrackingError(
            f"{len(bad)} of {len(figures)} metrics are not finite numbers: {shown}. Nothing was logged."
        )
    return {name: float(value) for name, value in figures.items()}


def _name(split: str, slice_name: str, segment: str, metric: str) -> str:
    parts = (split, metric) if slice_name == "all" else (split, slice_name, segment, metric)
    return "/".join(_part(part) for part in parts)


def _part(text: str | None) -> str:
    clean = NOT_IN_A_NAME.sub("_", text or "")
    return clean if clean.strip(". ") else f"_{clean}"
