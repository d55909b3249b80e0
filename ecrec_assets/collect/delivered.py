"""The lines of some periods out of all delivered files, each line once however often it was sent."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from ecrec_assets.collect.deliveries import Deliveries
from ecrec_assets.collect.delivery import Delivery, Shape, texts
from ecrec_assets.collect.typed_text import UNREADABLE, with_types
from ecrec_assets.verdict import PERIOD

FILE = "_file"
TIMES = "_times"
EPOCH = date(1970, 1, 1)


def delivered(deliveries: Deliveries, shape: Shape, first: int | None = None, last: int | None = None) -> pl.LazyFrame:
    """Every line of the periods `first` to `last`, or of all, with its period in `_period` when there is a calendar.

    A line that stands in several files counts as often as in the file that has it most often: what was sent again is
    not there twice, and what one file holds twice stays for the contract to judge. Only periods that more than one
    file has lines of are compared; the others pass through.
    """
    if first is None or last is None:
        frame = _read(list(deliveries.counted), shape)
        return frame.drop(FILE) if len(deliveries.counted) < 2 else _once(frame)
    files = deliveries.of(first, last)
    frame = _read(files, shape).filter(pl.col(PERIOD).is_between(_day(first), _day(last)))
    times = Counter(period for delivery in files for period in delivery.periods)
    shared = [_day(period) for period, count in times.items() if count > 1 and first <= period <= last]
    if not shared:
        return frame.drop(FILE)
    among = pl.col(PERIOD).is_in(shared)
    alone = frame.filter(~among).drop(FILE)
    in_shared = [delivery for delivery in files if any(_day(period) in shared for period in delivery.periods)]
    return pl.concat([alone, _once(_read(in_shared, shape).filter(among))])


def _once(frame: pl.LazyFrame) -> pl.LazyFrame:
    columns = [name for name in frame.collect_schema() if name != FILE]
    by_file = frame.group_by(FILE, *columns).agg(pl.len().alias(TIMES))
    most = by_file.group_by(columns).agg(pl.col(TIMES).max())
    return most.select(*columns, pl.int_ranges(pl.col(TIMES)).alias(TIMES)).explode(TIMES).drop(TIMES)


def _read(files: list[Delivery], shape: Shape) -> pl.LazyFrame:
    """All lines of the files, typed, with the path of the file in `_file`."""
    frames = [_typed(group, shape) for group in _groups(files, shape)]
    if not frames:
        frames = [pl.LazyFrame(schema={**shape.schema, UNREADABLE: pl.String(), FILE: pl.String()})]
    return _dated(pl.concat(frames) if len(frames) > 1 else frames[0], files, shape)


def _groups(files: list[Delivery], shape: Shape) -> list[list[str]]:
    """Files that one scan can read: plain CSV with the same header. Any other file is scanned by itself."""
    groups: dict[object, list[str]] = {}
    for file in files:
        alike = shape.form.plain and file.path.lower().endswith(".csv")
        groups.setdefault(file.columns if alike else file.path, []).append(file.path)
    return list(groups.values())


def _typed(paths: list[str], shape: Shape) -> pl.LazyFrame:
    names = [*shape.schema, UNREADABLE, FILE]
    if paths[0].lower().endswith(".parquet"):
        frame = pl.scan_parquet(paths[0]).with_columns(pl.col(pl.Datetime).dt.cast_time_unit("us"))
        return frame.with_columns(pl.lit(None, dtype=pl.String).alias(UNREADABLE), _path(paths[0])).select(names)
    if not shape.form.plain or len(paths) == 1:
        text = texts(Path(paths[0]), shape.form).with_columns(_path(paths[0]))
    else:
        scan = pl.scan_csv(paths, separator=shape.form.separator, infer_schema=False, include_file_paths=FILE)
        text = scan.filter(pl.any_horizontal(pl.exclude(FILE).is_not_null()))
    return with_types(text, shape.schema).select(names)


def _path(path: str) -> pl.Expr:
    return pl.lit(path).alias(FILE)


def _dated(frame: pl.LazyFrame, files: list[Delivery], shape: Shape) -> pl.LazyFrame:
    if shape.calendar is None:
        return frame
    homes = {delivery.path: _day(delivery.home) for delivery in files if delivery.home is not None}
    home = pl.col(FILE).replace_strict(homes, default=None, return_dtype=pl.Date)
    return frame.with_columns(pl.coalesce(shape.calendar.of(shape.schema[shape.calendar.column]), home).alias(PERIOD))


def _day(period: int) -> date:
    return EPOCH + timedelta(days=period)
