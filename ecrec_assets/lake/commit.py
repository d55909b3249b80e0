"""The one Delta commit of a publish: data and record together, or neither."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from ecrec_assets.lake.booking import Counts
from ecrec_assets.lake.dtypes import storable
from ecrec_assets.lake.places import Places
from ecrec_assets.lake.stream import CountedStream
from ecrec_assets.lake.version import Partition, Record


def commit(
    places: Places, clean: pl.LazyFrame, record: Record, *, whole: bool, expected: Counts, at: Callable[[str], None]
) -> None:
    """Replaces the whole table, its schema too, or only the record's partition. Raises what the stream raised."""
    from deltalake import CommitProperties, PostCommitHookProperties, WriterProperties, write_deltalake
    from deltalake.exceptions import DeltaError

    column = record.partitioned_by
    stream = CountedStream(storable(clean, clean.collect_schema(), places.table), column, expected, at)
    places.data.mkdir(parents=True, exist_ok=True)
    try:
        write_deltalake(
            places.data,
            stream.reader(),
            mode="overwrite",
            schema_mode="overwrite" if whole else None,
            partition_by=[column] if column else [],
            predicate=None if whole else predicate(record.partition),
            writer_properties=WriterProperties(compression="ZSTD"),
            commit_properties=CommitProperties(custom_metadata=record.to_metadata()),
            # The log is the history: a checkpoint may speed reading up, but must not delete old commits.
            post_commithook_properties=PostCommitHookProperties(create_checkpoint=True, cleanup_expired_logs=False),
        )
    except DeltaError:
        if stream.error:
            raise stream.error from None
        raise


def predicate(partition: Partition | None) -> str | None:
    """What Delta Lake calls replaceWhere."""
    if partition is None:
        return None
    first, last = (
        f"'{partition.label(value)}'" if partition.every else value for value in (partition.first, partition.last)
    )
    return f'"{partition.column}" >= {first} AND "{partition.column}" <= {last}'
