"""A published version, its partitions, and its record in the metadata of the Delta commit that made it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, NamedTuple

import polars as pl

KEY = "ecrec"
EPOCH = date(1970, 1, 1)
STEP = {"day": "1d", "week": "1w", "month": "1mo"}

Every = Literal["day", "week", "month"]


def day_number(day: date) -> int:
    """Days since 1970-01-01: what stands for a period in `Partition` and `Part`."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """The day of a number: 14944 -> 2010-12-01."""
    return EPOCH + timedelta(days=number)


@dataclass(frozen=True, slots=True)
class Partition:
    """What one publish replaces: all rows whose `column` lies between `first` and `last`, both included.

    The table is partitioned by `column`: one of whole numbers, or, with `every`, the first days of periods. A period
    is told by the number of its first day (`day_number`); weeks start on Monday.
    """

    column: str
    first: int
    last: int
    every: Every | None = None

    def __post_init__(self) -> None:
        if not self.column.isidentifier():
            raise ValueError(f"'{self.column}' cannot partition a table: use letters, digits and underscores")
        if self.first > self.last:
            raise ValueError(f"a partition of {self.column} from {self.first} to {self.last} is empty")

    def __str__(self) -> str:
        name = self.every or self.column
        return f"{name} {self.label(self.first)}" + (f" to {self.label(self.last)}" if self.last > self.first else "")

    @property
    def values(self) -> tuple[int, ...]:
        """Every value from first to last, also those without a row."""
        if self.every is None:
            return tuple(range(self.first, self.last + 1))
        days = pl.date_range(day_of(self.first), day_of(self.last), STEP[self.every], eager=True)
        return tuple(days.cast(pl.Int64))

    @property
    def scheme(self) -> str:
        """What the whole table is parted by: `week` (a column) or `_period by day`."""
        return f"{self.column} by {self.every}" if self.every else self.column

    def label(self, value: int) -> str:
        """What a person calls a value: `7` or `2010-12-01`."""
        return day_of(value).isoformat() if self.every else str(value)


class MendCount(NamedTuple):
    """Rows that people mended, and rows they dropped."""

    mended: int
    dropped: int

    def plus(self, other: MendCount) -> MendCount:
        return MendCount(self.mended + other.mended, self.dropped + other.dropped)


class Part(NamedTuple):
    """One live partition of a version and what it was published with; `value` is None for a table in one piece.

    `mends` stands for the mend records of its rows at that time; of `rows_mended` some may be in quarantine still.
    """

    value: int | None
    verdict_id: str
    fingerprint: str
    rows: int
    rows_quarantined: int
    mends: str = ""
    rows_mended: int = 0
    rows_dropped: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """What a commit says of itself.

    Verdict, contract, fingerprint, inputs and run belong to this publish, which replaced `partition`, or all when it is
    None. `parts` and the row counts speak of the whole table.
    """

    verdict_id: str
    contract_version: str
    contract_hash: str
    fingerprint: str
    inputs: dict[str, int]
    run_id: str
    partition: Partition | None
    parts: tuple[Part, ...] = field(repr=False)
    dtypes: dict[str, str] = field(repr=False)

    @property
    def rows(self) -> int:
        """Rows of the whole table."""
        return sum(part.rows for part in self.parts)

    @property
    def rows_quarantined(self) -> int:
        """Rows in quarantine, of all live partitions."""
        return sum(part.rows_quarantined for part in self.parts)

    @property
    def mend_count(self) -> MendCount:
        """Rows of the whole table that people mended or dropped before the gate."""
        mended = sum(part.rows_mended for part in self.parts)
        return MendCount(mended, sum(part.rows_dropped for part in self.parts))

    @property
    def partitioned_by(self) -> str | None:
        return self.partition.column if self.partition else None

    @property
    def scheme(self) -> str | None:
        return self.partition.scheme if self.partition else None

    def parts_of(self, partition: Partition | None) -> tuple[Part, ...]:
        """The live parts a partition covers, or all of them."""
        if partition is None:
            return self.parts
        if partition.scheme != self.scheme:
            return ()
        wanted = set(partition.values)
        return tuple(part for part in self.parts if part.value in wanted)

    def to_metadata(self) -> dict[str, str]:
        """Delta Lake keeps it among the commit's information."""
        counts = {"rows": self.rows, "rows_quarantined": self.rows_quarantined}
        return {KEY: json.dumps({**asdict(self), **counts}, ensure_ascii=False)}


@dataclass(frozen=True, slots=True)
class Version(Record):
    """What readers see under one number."""

    table: str
    number: int
    published_at: datetime


def version_of(table: str, number: int, info: Mapping[str, Any]) -> Version | None:
    """The version a commit made; None for a commit that no publish made, such as an OPTIMIZE by hand."""
    if KEY not in info:
        return None
    raw = {**json.loads(info[KEY])}
    del raw["rows"], raw["rows_quarantined"]
    return Version(
        **{
            **raw,
            "partition": Partition(**raw["partition"]) if raw["partition"] else None,
            "parts": tuple(Part(*part) for part in raw["parts"]),
        },
        table=table,
        number=number,
        published_at=datetime.fromtimestamp(info["timestamp"] / 1000, UTC),
    )
