"""Quarantined rows: one file a verdict; which of its rows still count is said by the published version."""

from __future__ import annotations

import polars as pl

from ecrec_assets.lake.booking import PART, booked_under
from ecrec_assets.lake.candidate import Candidate
from ecrec_assets.lake.places import Places
from ecrec_assets.lake.version import Partition, Version
from ecrec_assets.verdict import Audit, Verdict


def quarantined_rows(candidate: Candidate, audit: Audit, run_id: str, partition: Partition | None) -> pl.LazyFrame:
    """The rows that failed a rule or were turned away before, each with its rules, contract, verdict and run."""
    frames = [audit.split.quarantined, *([] if candidate.rejected is None else [candidate.rejected])]
    marked = [_marked(frame, audit.verdict, run_id, partition) for frame in frames]
    return marked[0] if len(marked) == 1 else pl.concat(marked, how="diagonal_relaxed")


def scan(places: Places, verdict_id: str) -> pl.LazyFrame:
    """All rows one publish quarantined, with the partition value each counts for."""
    return pl.scan_parquet(places.quarantine(verdict_id))


def read(places: Places, version: Version) -> pl.LazyFrame:
    """The quarantined rows of all live partitions of a version."""
    return with_parts(places, version).drop(PART)


def with_parts(places: Places, version: Version) -> pl.LazyFrame:
    """The same with `_part`, the partition value each row counts for."""
    by_verdict: dict[str, list[int | None]] = {}
    for part in version.parts:
        if part.rows_quarantined or part.verdict_id == version.verdict_id:
            by_verdict.setdefault(part.verdict_id, []).append(part.value)
    frames = [_rows_of(places, verdict_id, values) for verdict_id, values in by_verdict.items()]
    return pl.concat(frames, how="diagonal_relaxed")


def _rows_of(places: Places, verdict_id: str, values: list[int | None]) -> pl.LazyFrame:
    rows = scan(places, verdict_id)
    return rows if values == [None] else rows.filter(pl.col(PART).is_in(values))


def _marked(frame: pl.LazyFrame, verdict: Verdict, run_id: str, partition: Partition | None) -> pl.LazyFrame:
    return frame.with_columns(
        pl.lit(verdict.contract_version).alias("_contract_version"),
        pl.lit(verdict.id).alias("_verdict_id"),
        pl.lit(run_id).alias("_run_id"),
        booked_under(partition, frame.collect_schema()).alias(PART),
    )
