"""Candidates that did not pass, kept for inspection beside the table; readers of the table never meet them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import polars as pl

from ecrec_assets.lake.candidate import HOLD, ROWS, Candidate
from ecrec_assets.lake.files import write_text
from ecrec_assets.lake.locks import exclusive
from ecrec_assets.lake.places import Places, stem
from ecrec_assets.lake.quarantine import quarantined_rows
from ecrec_assets.verdict import Audit, Verdict

FAILING = "failing.parquet"
VERDICT = "verdict.json"
SUFFIX = ".rejected"  # a dot cannot stand in a table name, so no other table's folder is taken for a rejected one
KEPT = 3


class Rejected(NamedTuple):
    """A rejected candidate: all its rows, the verdict, and the rows that failed a rule that parts rows."""

    frame: pl.LazyFrame
    verdict: Verdict
    failing: pl.LazyFrame
    path: Path


def reject(places: Places, candidate: Candidate, audit: Audit) -> Path:
    """Keeps the candidate, its failing rows and the verdict in one folder, the last three of a table."""
    failing = quarantined_rows(candidate, audit, audit.verdict.run_id, None)
    failing.sink_parquet(candidate.path / FAILING, engine="streaming")
    write_text(candidate.path / VERDICT, audit.verdict.to_json())
    kept = places.rejected / f"{audit.verdict.created_at:%Y%m%dT%H%M%S%f}-{stem(audit.verdict.id)}{SUFFIX}"
    kept.parent.mkdir(parents=True, exist_ok=True)
    with exclusive(places.staging_lock):
        candidate.path.rename(kept)
        (kept / HOLD).unlink(missing_ok=True)
        for old in _newest_first(places)[KEPT:]:
            shutil.rmtree(old)
    candidate.hold.release()
    return kept


def last_rejected(places: Places) -> Rejected | None:
    """The newest rejected candidate of a table, if one is kept."""
    whole = [folder for folder in _newest_first(places) if (folder / VERDICT).exists()]  # not one half removed
    if not whole:
        return None
    return Rejected(
        pl.scan_parquet(whole[0] / ROWS),
        Verdict.from_json((whole[0] / VERDICT).read_text(encoding="utf-8")),
        pl.scan_parquet(whole[0] / FAILING),
        whole[0],
    )


def _newest_first(places: Places) -> list[Path]:
    """Folders are named after the time of their verdict."""
    return sorted(places.rejected.glob(f"*{SUFFIX}"), reverse=True)
