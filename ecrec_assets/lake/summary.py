"""What lies in the quarantine of a table, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from ecrec_assets.lake.candidate import FAILED_RULES
from ecrec_assets.lake.store import Lake


@dataclass(frozen=True, slots=True)
class Summary:
    """`rows` are in quarantine, of `rows_in` that came; `by_rule` counts a row once for each rule it failed.

    `first` and `last` are the times of the verdicts that quarantined rows which still are there.
    """

    table: str
    version: int
    rows: int
    rows_in: int
    by_rule: dict[str, int]
    first: datetime | None
    last: datetime | None
    runs: tuple[str, ...]
    contract_versions: tuple[str, ...]
    mended: int
    dropped: int

    @property
    def share(self) -> float:
        return self.rows / self.rows_in if self.rows_in else 0.0

    def to_plain(self) -> dict[str, Any]:
        """For JSON."""
        first, last = (moment and moment.isoformat() for moment in (self.first, self.last))
        return {**asdict(self), "share": round(self.share, 6), "first": first, "last": last}


def summary(lake: Lake, table: str) -> Summary:
    """NotPublished when there is no such table."""
    version = lake.require(table)
    rows = lake.quarantine(table).select(FAILED_RULES, "_contract_version", "_verdict_id", "_run_id").collect()
    rules = Counter(rows[FAILED_RULES].explode().drop_nulls())
    verdicts = [lake.verdict_by_id(table, id_) for id_ in rows["_verdict_id"].unique().sort()]
    times = [verdict.created_at for verdict in verdicts]
    mended, dropped = version.mend_count
    return Summary(
        table=table,
        version=version.number,
        rows=rows.height,
        rows_in=version.rows + version.rows_quarantined,
        by_rule=dict(rules.most_common()),
        first=min(times, default=None),
        last=max(times, default=None),
        runs=tuple(rows["_run_id"].unique().sort()),
        contract_versions=tuple(rows["_contract_version"].unique().sort()),
        mended=mended,
        dropped=dropped,
    )
