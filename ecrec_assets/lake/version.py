"""A published version, its partitions, and its record in the metadata of the Delta commit that made it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

KEY = "ecrec"


@dataclass(frozen=True, slots=True)
class Partition:
    """What one publish replaces: all rows whose whole-number `column` lies between `first` and `last`, both included.

    The table is partitioned by `column`.
    """

    column: str
    first: int
    last: int

    def __post_init__(self) -> None:
        if not self.column.isidentifier():
            raise ValueError(f"'{self.column}' cannot partition a table: use letters, digits and underscores")
        if self.first > self.last:
            raise ValueError(f"a partition of {self.column} from {self.first} to {self.last} is empty")

    def __str__(self) -> str:
        return f"{self.column} {self.first}" + (f" to {self.last}" if self.last > self.first else "")

    @property
    def values(self) -> range:
        return range(self.first, self.last + 1)


class Part(NamedTuple):
    """One live partition of a version and what it was published with; `value` is None for a table in one piece."""

    value: int | None
    verdict_id: str
    fingerprint: str
    rows: int
    rows_quarantined: int


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
    def partitioned_by(self) -> str | None:
        return self.partition.column if self.partition else None

    def parts_of(self, partition: Partition | None) -> tuple[Part, ...]:
        """The live parts a partition covers, or all of them."""
        if partition is None:
            return self.parts
        if partition.column != self.partitioned_by:
            return ()
        return tuple(part for part in self.parts if part.value in partition.values)

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
