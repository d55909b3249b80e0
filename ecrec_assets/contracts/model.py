"""A contract: an Open Data Contract Standard v3.1 file read into frozen values.

The file is the only place that decides what passes. Rules come from two parts of it: the schema (required,
primaryKey, enum, relationships) and the `quality` lists, whose `implementation` is a Great Expectations
expectation.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from ecrec_assets.verdict import Dimension, OnFail, Severity

DTYPES: dict[str, pl.DataType] = {
    "Int64": pl.Int64(),
    "Int32": pl.Int32(),
    "UInt32": pl.UInt32(),
    "Float64": pl.Float64(),
    "Float32": pl.Float32(),
    "String": pl.String(),
    "Boolean": pl.Boolean(),
    "Date": pl.Date(),
    "Datetime": pl.Datetime("us"),
    "List(String)": pl.List(pl.String()),
    "List(Float32)": pl.List(pl.Float32()),
}


class Reference(NamedTuple):
    """A foreign key: values of `column` must exist in `to_column` of the published `table`."""

    column: str
    table: str
    to_column: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column: name, polars type, and whether a value must be there."""

    name: str
    dtype: pl.DataType
    required: bool = False
    description: str = ""
    unit: str = ""
    classification: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison `column operator value`; a rule holds only on rows where all its conditions are true."""

    column: str
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class Rule:
    """One Great Expectations expectation with its reason and what happens to a failing row."""

    name: str
    expectation: str
    kwargs: dict[str, Any]
    dimension: Dimension
    severity: Severity
    on_fail: OnFail
    reason: str
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Freshness:
    """The newest `column` value may be at most `hours` old, measured at `as_of` (closed history) or at the clock."""

    column: str
    hours: float
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """A parsed contract. `key` is its path below `expectations/` without suffix, e.g. `raw/transactions`."""

    key: str
    version: str
    purpose: str
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]
    primary_key: tuple[str, ...] = ()
    partition_by: str | None = None
    references: tuple[Reference, ...] = ()
    freshness: Freshness | None = None
    owner: str = ""
    tags: tuple[str, ...] = ()
    digest: str = field(default="", compare=False)

    @property
    def schema(self) -> pl.Schema:
        return pl.Schema({column.name: column.dtype for column in self.columns})

    def rule(self, name: str) -> Rule:
        """One rule by name; KeyError when there is none."""
        return next(rule for rule in self.rules if rule.name == name)


def digest_of(text: str) -> str:
    """Sixteen hex digits that change with any byte of the file."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def key_of(path: Path, root: Path) -> str:
    """`expectations/raw/products.yaml` -> `raw/products`."""
    return path.relative_to(root).with_suffix("").as_posix()
