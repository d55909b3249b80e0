"""Where a table's files lie. Only `data` is ever read by a reader; the rest belongs to the writer.

<root>/tables/<table>/          the Delta table
<root>/verdicts/<table>/        one JSON a published verdict
<root>/quarantine/<table>/      one Parquet file a published verdict
<root>/mends/<table>.jsonl      what people decided about rows, one a line
<root>/staging/<table>/         candidates under audit
<root>/rejected/<table>/        the last candidates that did not pass
<root>/state/<table>/           locks, and what a publish means to do
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

TABLE = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")
FILE_STEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one table. ValueError for a name that could lead out of the lake."""

    root: Path
    table: str

    def __post_init__(self) -> None:
        if not TABLE.fullmatch(self.table):
            raise ValueError(f"'{self.table}' is not a table name: use letters, digits, _ and -, parted by /")

    @property
    def data(self) -> Path:
        return self.root / "tables" / self.table

    @property
    def log(self) -> Path:
        return self.data / "_delta_log"

    @property
    def staging(self) -> Path:
        return self.root / "staging" / self.table

    @property
    def rejected(self) -> Path:
        return self.root / "rejected" / self.table

    def verdict(self, verdict_id: str) -> Path:
        return self.root / "verdicts" / self.table / f"{stem(verdict_id)}.json"

    def quarantine(self, verdict_id: str) -> Path:
        return self.root / "quarantine" / self.table / f"{stem(verdict_id)}.parquet"

    @property
    def mends(self) -> Path:
        """What people decided about single rows."""
        return self.root / "mends" / f"{self.table}.jsonl"

    @property
    def publish_lock(self) -> Path:
        return self._state / "publish.lock"

    @property
    def staging_lock(self) -> Path:
        return self._state / "staging.lock"

    @property
    def intent(self) -> Path:
        """There while a publish or a prune is under way, or after one that was killed."""
        return self._state / "intent"

    @property
    def oldest(self) -> Path:
        """Holds the number of the oldest version that was not pruned."""
        return self._state / "oldest"

    @property
    def _state(self) -> Path:
        return self.root / "state" / self.table


def stem(verdict_id: str) -> str:
    """The id itself, when it is fit for a file name; ValueError else."""
    if not FILE_STEM.fullmatch(verdict_id):
        raise ValueError(f"'{verdict_id}' is not a verdict id: use letters, digits, _, - and .")
    return verdict_id
