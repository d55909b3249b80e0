"""Applies mend records to a candidate, before the gate sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from ecrec_assets.lake.identical import ROW, TEXT, UNREADABLE, identical_rows, values_of
from ecrec_assets.lake.mends import Mend, digests
from ecrec_assets.lake.row_ids import numbered
from ecrec_assets.lake.row_text import all_can_be, frame_of
from ecrec_assets.lake.version import MendCount, Partition
from ecrec_assets.verdict import MENDED, PERIOD

NEW = "_new"


@dataclass(frozen=True, slots=True)
class Applied:
    """`frame` has the column `_mended`, the id of the row that was replaced, when any row was; dropped rows are gone.

    Every row of the source is in `frame` or counted as dropped. `counts` are by partition value, and so is what stands
    for all records there were, whether they found their row or not.
    """

    frame: pl.LazyFrame
    counts: Mapping[int | None, MendCount] = field(default_factory=dict)
    digests: Mapping[int | None, str] = field(default_factory=dict)


def apply_mends(frame: pl.LazyFrame, mends: Mapping[str, Mend], partition: Partition | None) -> Applied:
    """Each record replaces or drops the one row that is identical to its original; one without such a row does nothing.

    A record that would carry its row out of the partition is not applied: the row stays as it came. `frame` has to
    give the same rows in the same order each time.
    """
    if not mends:
        return Applied(frame)
    found = identical_rows(frame, {mend.original for mend in mends.values()})
    ids = numbered(found[TEXT].to_list())
    hits = {row: mends[id_] for row, id_ in zip(found[ROW], ids, strict=True) if id_ in mends}
    schema = _with_room_for_text(frame.collect_schema(), hits.values())
    hits = _fitting(hits, schema, partition)
    return Applied(_replaced(frame, hits, schema) if hits else frame, counted(hits.values()), digests(mends))


def counted(mends: Iterable[Mend]) -> dict[int | None, MendCount]:
    """How many rows were mended and dropped, by partition value."""
    counts: dict[int | None, MendCount] = {}
    for mend in mends:
        counts[mend.part] = counts.get(mend.part, MendCount(0, 0)).plus(mend.count)
    return counts


def _with_room_for_text(schema: pl.Schema, hits: Iterable[Mend]) -> pl.Schema:
    """A mended row may still carry a value nobody could read."""
    unread = any(f'"{UNREADABLE}":' in (mend.mended or "") for mend in hits)
    return pl.Schema({**schema, UNREADABLE: pl.String()}) if unread else schema


def _fitting(hits: Mapping[int, Mend], schema: pl.Schema, partition: Partition | None) -> dict[int, Mend]:
    """The records whose row can stand in this table, and in this partition of it."""
    drops = {row: mend for row, mend in hits.items() if mend.mended is None}
    texts = {row: mend.mended for row, mend in hits.items() if mend.mended is not None}
    columns = {name: schema[name] for name in values_of(schema)}
    if not all_can_be(texts.values(), columns):
        texts = {row: text for row, text in texts.items() if all_can_be([text], columns)}
    if partition is not None and partition.column in columns:  # a period is always the one of the row as it came
        values = frame_of(texts.values(), {partition.column: columns[partition.column]}).to_series()
        inside = set(partition.values)
        texts = {row: text for (row, text), value in zip(texts.items(), values, strict=True) if value in inside}
    return {row: mend for row, mend in hits.items() if row in drops or row in texts}


def _replaced(frame: pl.LazyFrame, hits: Mapping[int, Mend], schema: pl.Schema) -> pl.LazyFrame:
    """The order of rows stays."""
    columns = values_of(schema)
    changed = {row: mend for row, mend in hits.items() if mend.mended is not None}
    index = pl.get_index_type()
    gone = pl.Series([row for row in hits if row not in changed], dtype=index)
    fresh = frame_of([mend.mended or "" for mend in changed.values()], {name: schema[name] for name in columns})
    fresh = fresh.select(
        pl.Series(ROW, list(changed), dtype=index),
        pl.Series(MENDED, [mend.id for mend in changed.values()], dtype=pl.String),
        *(pl.col(name).alias(name + NEW) for name in columns),
    )
    rows = frame.with_row_index(ROW).filter(~pl.col(ROW).is_in(gone.implode()))
    if UNREADABLE in schema and UNREADABLE not in frame.collect_schema():
        rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias(UNREADABLE))
    joined = rows.join(fresh.lazy(), on=ROW, how="left", maintain_order="left")
    is_new = pl.col(MENDED).is_not_null()
    period = [PERIOD] if PERIOD in schema else []
    values = (pl.when(is_new).then(name + NEW).otherwise(name).alias(name) for name in columns)
    return joined.select(*values, *period, MENDED)
