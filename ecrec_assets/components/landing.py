"""What lies in the landing folder, and which runs its changes ask for."""

import hashlib
import json
from pathlib import Path
from typing import NamedTuple

import dagster as dg
import polars as pl

from ecrec_assets.components.catalogue import contract, contracts
from ecrec_assets.components.main_job import REFRESH_JOB, WEEKS_JOB
from ecrec_assets.components.partitions import partition_key_of, retail_weeks
from ecrec_assets.components.source import landed_files


class Snapshot(NamedTuple):
    """State of each landed file: `transactions/2018-01-02.csv` -> size and time of change."""

    files: dict[str, str]

    def to_cursor(self) -> str:
        return json.dumps(self.files, sort_keys=True)

    @classmethod
    def from_cursor(cls, cursor: str | None) -> "Snapshot":
        return cls(json.loads(cursor) if cursor else {})


def snapshot() -> Snapshot:
    """The landing folder as it is now."""
    return Snapshot(
        {
            f"{table}:{path}": f"{path.stat().st_size}:{path.stat().st_mtime_ns}"
            for table in _raw_tables()
            for path in landed_files(table)
        }
    )


def run_requests(cursor: str | None, now: Snapshot) -> list[dg.RunRequest]:
    """A run a week for changed transaction files, and one refresh of the changed tables and all that reads them."""
    before = Snapshot.from_cursor(cursor)
    changed = [name for name, state in now.files.items() if before.files.get(name) != state]
    if not changed:
        return []
    key = hashlib.sha256(now.to_cursor().encode()).hexdigest()[:16]
    weeks = sorted({week for name in changed if name.startswith("transactions:") for week in _weeks_in(name)})
    by_week = [
        dg.RunRequest(run_key=f"{key}-{week}", job_name=WEEKS_JOB, partition_key=partition_key_of(week))
        for week in weeks
    ]
    return [*by_week, dg.RunRequest(run_key=key, job_name=REFRESH_JOB)]


def _weeks_in(name: str) -> list[int]:
    """Retail weeks that a landed file has lines of; all weeks when it cannot be read, so that the run says why."""
    from ecrec_assets.collect.errors import CollectError
    from ecrec_assets.collect.files import read_table

    known = range(1, len(retail_weeks.get_partition_keys()) + 1)
    path = Path(name.partition(":")[2])
    try:
        lines = read_table(path, contract("raw/transactions").schema)
        found = lines.select(pl.col("week").unique()).collect()["week"].to_list()
    except (CollectError, pl.exceptions.PolarsError):
        return [known[-1]]
    return [week for week in found if week in known]


def _raw_tables() -> list[str]:
    return [key.removeprefix("raw/") for key in contracts() if key.startswith("raw/")]
