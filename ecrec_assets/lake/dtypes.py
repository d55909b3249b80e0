"""Column types Delta Lake can keep, and the unsigned ones it cannot but which come back as they were."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from polars._typing import PolarsDataType

from ecrec_assets.lake.errors import NotPublishable

WIDER: dict[PolarsDataType, PolarsDataType] = {pl.UInt8(): pl.Int16(), pl.UInt16(): pl.Int32(), pl.UInt32(): pl.Int64()}
UNSIGNED = {str(dtype): dtype for dtype in WIDER}
PLAIN: set[PolarsDataType] = {pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.Float32, pl.Float64, pl.Decimal}
PLAIN |= {pl.String, pl.Boolean, pl.Date, pl.Binary}


def storable(frame: pl.LazyFrame, schema: pl.Schema, table: str) -> pl.LazyFrame:
    """Unsigned columns signed and one size wider. NotPublishable names the columns of a type Delta Lake has not."""
    strange = [f"{name} {dtype}" for name, dtype in schema.items() if dtype not in WIDER and not _is_kept(dtype)]
    if strange:
        raise NotPublishable(
            f"{table}: a table cannot keep {', '.join(strange)}. Cast it first: a time to Datetime('us'), "
            "a category to String."
        )
    return frame.with_columns(pl.col(name).cast(WIDER[dtype]) for name, dtype in schema.items() if dtype in WIDER)


def restored(frame: pl.LazyFrame, dtypes: Mapping[str, str]) -> pl.LazyFrame:
    """The columns in the order and of the type they were published with."""
    return frame.select(
        pl.col(name).cast(UNSIGNED[dtype]) if dtype in UNSIGNED else pl.col(name) for name, dtype in dtypes.items()
    )


def _is_kept(dtype: PolarsDataType) -> bool:
    if isinstance(dtype, pl.List):
        return _is_kept(dtype.inner)
    if isinstance(dtype, pl.Struct):
        return all(_is_kept(field.dtype) for field in dtype.fields)
    if isinstance(dtype, pl.Datetime):
        return dtype.time_unit == "us" and dtype.time_zone in (None, "UTC")
    return dtype.base_type() in PLAIN
