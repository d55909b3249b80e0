"""What a draft is made of: rules with their evidence, and the columns they stand at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import polars as pl

from ecrec_assets.verdict import Dimension, OnFail, Severity

Role = Literal["identifier", "class", "measure", "time", "flag", "text", "other"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule as it will stand in the file, with what it was seen in."""

    name: str
    expectation: str
    kwargs: Mapping[str, Any]
    dimension: Dimension
    reason: str
    evidence: str
    severity: Severity = "warning"
    on_fail: OnFail = "warn"
    where: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def row_rule(cls, failed: int, **parts: Any) -> Finding:
        """A rule about rows: it quarantines when no row seen breaks it, and only warns when some do."""
        strict = {"severity": "critical", "on_fail": "quarantine"} if failed == 0 else {}
        return cls(**{**strict, **parts})


class Target(NamedTuple):
    """A reference of a column: `table.column`, and how many rows are not found there."""

    table: str
    column: str
    orphans: int


@dataclass(frozen=True, slots=True)
class ColumnDraft:
    """One entry under `properties`. `values` is a closed list; `found` is the evidence of all that is no rule."""

    name: str
    dtype: pl.DataType
    role: Role
    description: str
    found: str
    required: bool = False
    key_position: int | None = None
    classification: str = ""
    values: tuple[str, ...] = ()
    target: Target | None = None
    rules: tuple[Finding, ...] = ()


class SlaDraft(NamedTuple):
    """The newest value of `column` is at most `hours` old, at `as_of` when the history is closed."""

    column: str
    hours: int
    as_of: str | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole contract, before it is text. `left_out` names columns no contract type fits."""

    key: str
    rows: int
    source: str
    quarantine_limit: float
    columns: tuple[ColumnDraft, ...]
    rules: tuple[Finding, ...]
    sla: SlaDraft | None = None
    left_out: tuple[str, ...] = field(default=())
