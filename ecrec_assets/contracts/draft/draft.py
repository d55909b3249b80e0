"""A contract a person would start from, drafted from a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import polars as pl

from ecrec_assets.contracts.draft.column import drafted
from ecrec_assets.contracts.draft.finding import ColumnDraft, Draft, Finding
from ecrec_assets.contracts.draft.keys import Facts, Keys, distinct_rows, keys
from ecrec_assets.contracts.draft.margin import quarantine_limit
from ecrec_assets.contracts.draft.pairs import every, pairs
from ecrec_assets.contracts.draft.profile import ColumnProfile, profiles
from ecrec_assets.contracts.draft.references import ReferenceColumns
from ecrec_assets.contracts.draft.rows import repeated, row_count, unique
from ecrec_assets.contracts.draft.times import freshness
from ecrec_assets.contracts.model import DTYPES

IN_MEMORY = 40_000_000  # cells: a table of fewer is read once and kept


def draft(
    frame: pl.LazyFrame,
    *,
    key: str,
    now: datetime,
    references: Mapping[str, pl.LazyFrame] | None = None,
    source: str = "",
    sample: int | None = None,
) -> Draft:
    """Profiles every row, or `sample` rows at even distances; keys and relations are always counted over all.

    `references` are tables whose keys the columns may point to, by contract key; `now` decides whether the history is
    closed. The frame has to give the same rows in the same order each time. ValueError when it has no column that a
    contract can name.
    """
    schema = frame.collect_schema()
    kept = [name for name, dtype in schema.items() if dtype in DTYPES.values()]
    if not kept:
        raise ValueError(f"no column of {source or key} is of a type a contract can name: {dict(schema)}")
    whole = frame.select(kept)
    rows = int(whole.select(pl.len()).collect(engine="streaming").item())
    if rows * len(kept) <= IN_MEMORY:
        whole = whole.collect(engine="streaming").lazy()
    looked_at = every(whole, rows // sample) if sample else whole
    known = ReferenceColumns(references or {})
    columns, facts, times = _columns(looked_at, known)
    found = keys(whole, facts, rows, facts_rows := _rows(looked_at, rows, sample))
    drafts = tuple(_with_key(column, found) for column in columns)
    return Draft(
        key=key,
        rows=rows,
        source=source,
        quarantine_limit=quarantine_limit(facts_rows),
        columns=drafts,
        rules=(*_table_rules(whole, kept, found, rows), *pairs(whole, facts, rows)) if rows else (),
        sla=freshness(times, now),
        left_out=tuple(f"{name} ({dtype})" for name, dtype in schema.items() if name not in kept),
    )


def _rows(looked_at: pl.LazyFrame, rows: int, sample: int | None) -> int:
    return int(looked_at.select(pl.len()).collect(engine="streaming").item()) if sample else rows


def _columns(
    frame: pl.LazyFrame, references: ReferenceColumns
) -> tuple[list[ColumnDraft], list[Facts], list[ColumnProfile]]:
    columns, facts, times = [], [], []
    for profile in profiles(frame):
        column = drafted(profile, references)
        columns.append(column)
        facts.append(Facts(profile.name, column.role, profile.dtype, profile.distinct, profile.missing))
        if column.role == "time":
            times.append(profile)
    return columns, facts, times


def _with_key(column: ColumnDraft, found: Keys) -> ColumnDraft:
    if column.name not in found.primary:
        return column
    together = (
        ""
        if len(found.primary) == 1
        else f" together with {', '.join(name for name in found.primary if name != column.name)}"
    )
    return replace(
        column,
        key_position=found.primary.index(column.name) + 1,
        found="; ".join(part for part in (column.found, f"unique{together}") if part),
    )


def _table_rules(frame: pl.LazyFrame, names: list[str], found: Keys, rows: int) -> list[Finding]:
    rules = [*row_count(rows), *unique(found.others, rows)]
    if not found.primary and rows > 1:
        rules.append(repeated(rows - distinct_rows(frame, names), rows))
    return rules
