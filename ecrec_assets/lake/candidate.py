"""A candidate: a frame computed once, kept where no reader looks, until it is published or rejected."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from ecrec_assets.lake.apply_mends import Applied
from ecrec_assets.lake.locks import Hold, exclusive, is_held
from ecrec_assets.lake.places import Places
from ecrec_assets.lake.version import MendCount

ROWS = "rows.parquet"
TURNED_AWAY = "turned_away.parquet"
HOLD = "hold"
SUFFIX = ".candidate"  # a dot cannot stand in a table name, so no other table's folder is taken for a candidate
FAILED_RULES = "_failed_rules"


@dataclass(frozen=True, slots=True)
class Candidate:
    """`frame` scans the staged rows; `rejected` scans rows that were turned away before the gate, if there were any.

    `mends` stands, by partition value, for the mend records that were applied; `mend_counts` says to how many rows.
    `path` is its folder, gone once it is published or rejected. Forgetting the object gives the candidate up.
    """

    table: str
    path: Path
    frame: pl.LazyFrame
    rows: int
    id: str
    rejected: pl.LazyFrame | None = None
    rows_rejected: int = 0
    mends: Mapping[int | None, str] = field(default_factory=dict)
    mend_counts: Mapping[int | None, MendCount] = field(default_factory=dict)
    hold: Hold = field(kw_only=True, repr=False, compare=False)


def stage(
    places: Places, frame: pl.LazyFrame, rejected: pl.LazyFrame | None, mend: Callable[[pl.LazyFrame], Applied]
) -> Candidate:
    """Computes the frame in batches, straight to disk; `mend` is given the rows as they lie there."""
    if rejected is not None and rejected.collect_schema().get(FAILED_RULES) != pl.List(pl.String):
        raise ValueError(f"{places.table}: rejected rows say why in a column {FAILED_RULES}, a list of rule names")
    id_ = uuid.uuid4().hex
    folder = places.staging / f"{id_}{SUFFIX}"
    with exclusive(places.staging_lock):
        hold = Hold(folder / HOLD)
    try:
        rows, rows_in, applied = _mended(frame, folder, mend)
        turned_away, rows_away = (None, 0) if rejected is None else _sink(rejected, folder / TURNED_AWAY)
    except BaseException:
        _remove(places, folder)
        raise
    return Candidate(
        places.table, folder, rows, rows_in, id_, turned_away, rows_away, applied.digests, applied.counts, hold=hold
    )


def clear_orphans(places: Places) -> None:
    """Removes the candidates of processes that died or gave them up."""
    with exclusive(places.staging_lock):
        for folder in places.staging.glob(f"*{SUFFIX}"):
            if not is_held(folder / HOLD):
                shutil.rmtree(folder, ignore_errors=True)


def discard(places: Places, candidate: Candidate) -> None:
    """Removes a candidate that has found its place."""
    _remove(places, candidate.path)
    candidate.hold.release()


def _mended(
    frame: pl.LazyFrame, folder: Path, mend: Callable[[pl.LazyFrame], Applied]
) -> tuple[pl.LazyFrame, int, Applied]:
    delivered, rows = _sink(frame, folder / ROWS)
    applied = mend(delivered)
    if not applied.counts:
        return delivered, rows, applied
    draft = folder / f"{ROWS}.mended"
    _sink(applied.frame, draft)
    draft.replace(folder / ROWS)
    kept = pl.scan_parquet(folder / ROWS)
    rows_in = kept.select(pl.len()).collect().item()
    if rows_in != rows - sum(count.dropped for count in applied.counts.values()):
        raise RuntimeError(
            f"rows in are not rows out: {rows:,} rows were delivered, {rows_in:,} are left after mending"
        )
    return kept, rows_in, applied


def _sink(frame: pl.LazyFrame, path: Path) -> tuple[pl.LazyFrame, int]:
    frame.sink_parquet(path, engine="streaming")
    kept = pl.scan_parquet(path)
    return kept, kept.select(pl.len()).collect().item()


def _remove(places: Places, folder: Path) -> None:
    with exclusive(places.staging_lock):
        shutil.rmtree(folder, ignore_errors=True)
