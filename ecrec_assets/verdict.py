"""What a contract says of one candidate: frozen values that every room may import."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

import polars as pl

Dimension = Literal["completeness", "consistency", "accuracy", "timeliness", "uniqueness", "balance"]
Severity = Literal["critical", "warning", "info"]
OnFail = Literal["quarantine", "block", "warn"]

MENDED = "_mended"  # the id of the row a person mended: added before the gate, kept in quarantine, seen by no rule
PERIOD = "_period"  # first day of a row's day, week or month: added by a reader, stored, seen by no rule and no reader


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule on one candidate. Counts are rows; `observed` is a plain JSON value."""

    name: str
    expectation: str
    columns: tuple[str, ...]
    dimension: Dimension
    severity: Severity
    on_fail: OnFail
    reason: str
    limit: str
    passed: bool
    rows_checked: int | None = None
    rows_failed: int | None = None
    observed: Any = None
    error: str | None = None

    @property
    def blocks(self) -> bool:
        """True when this result alone forbids publishing."""
        return not self.passed and self.severity == "critical" and self.on_fail != "warn"

    def sentence(self) -> str:
        """The failure in one line: what, how many, which limit."""
        if self.error:
            return f"'{self.name}' could not be checked: {self.error}"
        if self.rows_failed is None or not self.rows_checked:
            return f"'{self.name}' observed {_readable(self.observed)}, limit: {self.limit}"
        share = self.rows_failed / self.rows_checked
        rows = "1 row fails" if self.rows_failed == 1 else f"{self.rows_failed:,} rows fail"
        return f"{rows} '{self.name}' ({share:.2%}), limit: {self.limit}"


def _readable(observed: Any) -> str:
    """`{'missing': ['price']}` -> `missing: price`."""
    if isinstance(observed, Mapping):
        return "; ".join(f"{name}: {_readable(value)}" for name, value in observed.items() if value)
    if isinstance(observed, list | tuple):
        return ", ".join(map(_readable, observed))
    return str(observed)


class PartCount(NamedTuple):
    """The rows of one partition value, and how many of them break which row rule; rules that all hold are left out."""

    value: str
    rows: int
    failed: dict[str, int]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The whole audit of one candidate. `rows_in == rows_clean + rows_quarantined` by construction of the gate."""

    id: str
    contract: str
    contract_version: str
    contract_hash: str
    created_at: datetime
    rows_in: int
    rows_quarantined: int
    rules: tuple[RuleResult, ...]
    run_id: str = ""
    partition: str = ""  # what the candidate is for, such as `week 5 to 7`
    parts: tuple[PartCount, ...] = ()  # by value of the contract's partition column, in order
    model_run: str = ""  # address of the MLflow run whose figures were audited

    @property
    def rows_clean(self) -> int:
        return self.rows_in - self.rows_quarantined

    @property
    def passed(self) -> bool:
        """True when nothing forbids publishing the clean rows."""
        return not any(rule.blocks for rule in self.rules)

    @property
    def blocking(self) -> tuple[RuleResult, ...]:
        return tuple(rule for rule in self.rules if rule.blocks)

    def rule(self, name: str) -> RuleResult:
        """The result of one rule; KeyError names the rules there are."""
        for rule in self.rules:
            if rule.name == name:
                return rule
        raise KeyError(f"{self.contract} has no rule '{name}'; it has {[r.name for r in self.rules]}")

    def to_json(self) -> str:
        return json.dumps({**asdict(self), "created_at": self.created_at.isoformat()}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Verdict:
        raw: Mapping[str, Any] = json.loads(text)
        rules = tuple(RuleResult(**{**rule, "columns": tuple(rule["columns"])}) for rule in raw["rules"])
        parts = tuple(PartCount(*part) for part in raw.get("parts", ()))
        at = datetime.fromisoformat(raw["created_at"])
        return cls(**{**raw, "rules": rules, "parts": parts, "created_at": at})


class Split(NamedTuple):
    """Rows of a candidate by the door they leave. `quarantined` has the extra column `_failed_rules: list[str]`."""

    clean: pl.LazyFrame
    quarantined: pl.LazyFrame


class Audit(NamedTuple):
    """A verdict and the split it was given for."""

    verdict: Verdict
    split: Split
