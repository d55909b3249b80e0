"""How many rows go where, by partition value: counted before the commit, and held against what the commit wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from ecrec_assets.lake.version import Part, Partition

PART = "_part"

Counts = Mapping[int | None, int]


class Booking(NamedTuple):
    """Rows that came in and rows that went to quarantine. What is left has to be published."""

    rows_in: Counts
    quarantined: Counts

    @property
    def published(self) -> dict[int | None, int]:
        return {value: rows - self.quarantined.get(value, 0) for value, rows in self.rows_in.items()}

    def parts(
        self, partition: Partition | None, verdict_id: str, fingerprint: str, fingerprints: Mapping[int, str]
    ) -> tuple[Part, ...]:
        """One part a value, also where there is no row: a week without sales is published too."""
        published = self.published
        return tuple(
            Part(
                value,
                verdict_id,
                fingerprints.get(value or 0, fingerprint),
                published.get(value, 0),
                self.quarantined.get(value, 0),
            )
            for value in (partition.values if partition else (None,))
        )


def booked_under(partition: Partition | None, columns: pl.Schema) -> pl.Expr:
    """The partition value a row counts for, Int64; null for a table in one piece.

    A quarantined row may lack the value or lie outside of the partition: it counts for the first one.
    """
    if partition is None:
        return pl.lit(None, dtype=pl.Int64)
    first = pl.lit(partition.first, dtype=pl.Int64)
    if not can_part(partition, columns):
        return first
    value = pl.col(partition.column).cast(pl.Int64)
    return pl.when(value.is_between(partition.first, partition.last)).then(value).otherwise(first)


def can_part(partition: Partition, columns: pl.Schema) -> bool:
    """Whether the column is there: dates for periods, whole numbers else."""
    dtype = columns.get(partition.column, pl.Null())
    return dtype == pl.Date() if partition.every else dtype.is_integer()


def count(frame: pl.LazyFrame, partition: Partition | None) -> Counts:
    """Rows by the partition value they count for."""
    if partition is None:
        return {None: frame.select(pl.len()).collect(engine="streaming").item()}
    value = booked_under(partition, frame.collect_schema()).alias(PART)
    return dict(frame.select(value).group_by(PART).len().collect(engine="streaming").iter_rows())


def added(left: Counts, right: Counts) -> Counts:
    """Both counts together."""
    return {value: left.get(value, 0) + right.get(value, 0) for value in {**left, **right}}
