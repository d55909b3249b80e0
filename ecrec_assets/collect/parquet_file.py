"""A Parquet file of the user's, checked before anything is computed from it."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ecrec_assets.collect.errors import CollectError

AGAIN = "Write it again from its source."
VALUE_BYTES = 16  # what polars holds for a text or a list, whatever its length


def scan_checked(path: Path, *, max_bytes: int) -> pl.LazyFrame:
    """A scan whose every page was decoded once, so that a damaged file fails here and by name.

    CollectError when the file is empty, cut, damaged, or would unpack to more than `max_bytes`: the footer's sizes are
    the writer's word, so rows times the width of the schema are counted instead. Times become microseconds.
    """
    if path.stat().st_size == 0:
        raise CollectError(path, "is empty", AGAIN)
    try:
        scan = pl.scan_parquet(path)
        rows = scan.select(pl.len()).collect().item()
        _check_size(path, rows, scan.collect_schema(), max_bytes)
        scan.select(pl.all().is_null().any()).collect(engine="streaming")
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        reason = str(error).strip().split("\n")[0]
        raise CollectError(path, f"is cut off, damaged or no Parquet file ({reason})", AGAIN) from error
    return scan.with_columns(pl.col(pl.Datetime).dt.cast_time_unit("us"))


def _check_size(path: Path, rows: int, schema: pl.Schema, max_bytes: int) -> None:
    width = sum(_width(dtype) for dtype in schema.values())
    if rows * width > max_bytes:
        what = f"unpacks to {rows:,} rows of {width} bytes, more than {max_bytes:,} bytes"
        raise CollectError(path, what, "Split it into several files, or ask who sent it.")


def _width(dtype: pl.DataType) -> int:
    sizes = {
        pl.Boolean: 1,
        pl.Int8: 1,
        pl.UInt8: 1,
        pl.Int16: 2,
        pl.UInt16: 2,
        pl.Int32: 4,
        pl.UInt32: 4,
        pl.Float32: 4,
    }
    return sizes.get(dtype.base_type(), 8 if dtype.is_numeric() or dtype.is_temporal() else VALUE_BYTES)
