"""What each of two contracts says of the same rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any

import polars as pl

from ecrec_assets.contracts.model import Contract
from ecrec_assets.verdict import Audit

FAILED = "_failed_rules"


@dataclass(frozen=True, slots=True)
class Effect:
    """The same rows under both contracts. `quarantined` rows pass the old one and not the new one, `released` the other
    way round; both by rule, a row counting once for each. `blocking` says why the table would not be published.
    """

    rows: int
    quarantined_before: int
    quarantined_after: int
    newly_quarantined: int
    newly_released: int
    quarantined_by: Counter[str]
    released_by: Counter[str]
    blocking_before: tuple[str, ...]
    blocking_after: tuple[str, ...]

    def to_plain(self) -> dict[str, Any]:
        """For JSON."""
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: dict(value) if isinstance(value, Counter) else value for name, value in values}


def total(effects: Sequence[Effect]) -> Effect:
    """Of partitions that are audited one by one."""
    return Effect(*(reduce(add, (getattr(each, field.name) for each in effects)) for field in fields(Effect)))


def effect(
    rows: pl.LazyFrame,
    old: Contract,
    new: Contract,
    references: Mapping[str, pl.LazyFrame],
    now: datetime,
) -> Effect:
    """Audits the rows twice, at the same moment. They have to come in the same order each time."""
    from ecrec_assets.contracts.gate import audit

    before, after = (audit(rows, contract, references=references, now=now) for contract in (old, new))
    kept_before, kept_after = _kept(before), _kept(after)
    newly = _only_in(kept_after, kept_before)
    released = _only_in(kept_before, kept_after)
    return Effect(
        before.verdict.rows_in,
        before.verdict.rows_quarantined,
        after.verdict.rows_quarantined,
        newly.height,
        released.height,
        _by_rule(newly),
        _by_rule(released),
        tuple(rule.sentence() for rule in before.verdict.blocking),
        tuple(rule.sentence() for rule in after.verdict.blocking),
    )


def _kept(audit: Audit) -> pl.DataFrame:
    """A hash and a number among identical rows, with the failed rules."""
    rows = audit.split.quarantined.collect(engine="streaming")
    hashes = rows.drop(FAILED).hash_rows(seed=0)
    kept = rows.select(FAILED).with_columns(hashes.alias("row"))
    return kept.with_columns(pl.int_range(pl.len()).over("row").alias("place"))


def _only_in(these: pl.DataFrame, those: pl.DataFrame) -> pl.DataFrame:
    return these.join(those, on=["row", "place"], how="anti")


def _by_rule(rows: pl.DataFrame) -> Counter[str]:
    return Counter[str](rows[FAILED].explode().drop_nulls())
