"""A draft proved on the table it came from: the gate itself says that every rule holds there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import polars as pl

from ecrec_assets.contracts.draft.finding import Draft
from ecrec_assets.contracts.draft.yaml_text import to_yaml
from ecrec_assets.contracts.model import Contract
from ecrec_assets.contracts.odcs import load_contract
from ecrec_assets.verdict import Verdict


class Proof(NamedTuple):
    """The text of the file, the verdict on the own table, and the rules that were taken out because they failed."""

    text: str
    verdict: Verdict
    taken_out: tuple[str, ...]


def prove(draft: Draft, frame: pl.LazyFrame, references: Mapping[str, pl.LazyFrame], now: datetime) -> Proof:
    """Audits the draft on its own table. A rule that fails or cannot be checked there is taken out and named."""
    verdict = _audit(draft, frame, references, now)
    failed = tuple(rule.name for rule in verdict.rules if not rule.passed)
    if failed:
        draft = _without(draft, failed)
        verdict = _audit(draft, frame, references, now)
    return Proof(to_yaml(draft), verdict, failed)


def as_contract(draft: Draft) -> Contract:
    """The draft read back from its text, as the gate would read it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{draft.key}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(to_yaml(draft), encoding="utf-8")
        return load_contract(path, Path(folder))


def _audit(draft: Draft, frame: pl.LazyFrame, references: Mapping[str, pl.LazyFrame], now: datetime) -> Verdict:
    from ecrec_assets.contracts.gate import audit

    return audit(frame, as_contract(draft), references=references, now=now).verdict


def _without(draft: Draft, names: tuple[str, ...]) -> Draft:
    columns = tuple(
        replace(column, rules=tuple(rule for rule in column.rules if rule.name not in names))
        for column in draft.columns
    )
    return replace(draft, columns=columns, rules=tuple(rule for rule in draft.rules if rule.name not in names))
