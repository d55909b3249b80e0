"""Replays quarantined rows, mended or not, through the gate that kept them out."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from ecrec_assets.components.catalogue import reference_tables
from ecrec_assets.contracts.model import Contract
from ecrec_assets.lake.booking import PART
from ecrec_assets.lake.candidate import FAILED_RULES
from ecrec_assets.lake.identical import ROW_ID, TEXT
from ecrec_assets.lake.mends import Mend
from ecrec_assets.lake.replay import Unit
from ecrec_assets.lake.store import Lake
from ecrec_assets.lake.version import Version
from ecrec_assets.verdict import MENDED, Verdict

Decisions = Mapping[str, str | None]
"""By row id: the mended row as text, or None to drop the row."""


class ReplayError(ValueError):
    """Decisions that cannot be replayed; the message names the rows and the way out."""


class Note(NamedTuple):
    """Who decided, when and why."""

    by: str
    why: str
    at: datetime


class UnitReplay(NamedTuple):
    """One audit of a replay. `version` is None when it was rejected (`rejected` is where) or only tried."""

    unit: Unit
    verdict: Verdict
    rows_before: int
    dropped: int
    turned_away: int
    version: Version | None = None
    rejected: Path | None = None

    @property
    def released(self) -> int:
        """Rows that leave quarantine for the published table."""
        before = sum(part.rows_quarantined for part in self.unit.parts)
        return before - self.dropped - self.after

    @property
    def after(self) -> int:
        """Rows in quarantine when it is published."""
        return self.verdict.rows_quarantined + self.turned_away

    def sentence(self, *, dry_run: bool) -> str:
        """Rows in and where they go."""
        part = f"{self.unit.partition}: " if self.unit.partition else ""
        dropped = f" + {self.dropped:,} dropped" if self.dropped else ""
        released = f"{self.released:,} released, " if self.released else ""
        if self.version:
            ending = f"version {self.version.number} is published"
        else:
            ending = "it would be published" if dry_run and self.verdict.passed else "it is rejected"
        return (
            f"{part}{self.rows_before:,} rows = {self.rows_before - self.dropped - self.after:,} published + "
            f"{self.after:,} in quarantine{dropped}; {released}{ending}"
        )

    def to_plain(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "partition": str(self.unit.partition) if self.unit.partition else None,
            "passed": self.verdict.passed,
            "verdict": self.verdict.id,
            "rows": self.rows_before,
            "quarantined": self.after,
            "dropped": self.dropped,
            "released": self.released,
            "version": self.version.number if self.version else None,
            "blocking": [rule.sentence() for rule in self.verdict.blocking],
        }


class Replay(NamedTuple):
    """`decided` are the records that were replayed, `already` counts those that were in force before."""

    decided: dict[str, Mend]
    already: int
    units: list[UnitReplay]
    still_failing: Counter[str]

    def by_rule(self, kept: pl.DataFrame) -> list[tuple[str, int, int]]:
        """Rule, rows that failed it before, rows that fail it now, in what was replayed."""
        values = [value for unit in self.units for value in unit.unit.values]
        mine = kept.filter(pl.col(PART).is_in(values, nulls_equal=True))
        before = Counter[str](mine[FAILED_RULES].explode().drop_nulls())
        return [(rule, before[rule], self.still_failing[rule]) for rule in sorted(before | self.still_failing)]

    @property
    def passed(self) -> bool:
        return all(unit.verdict.passed for unit in self.units)


def replay(
    lake: Lake,
    contract: Contract,
    decisions: Decisions,
    note: Note,
    *,
    everything: bool = False,
    reports: Path | None = None,
    dry_run: bool = False,
) -> Replay:
    """Published rows and quarantined ones, these as decided, are one candidate again: published if it passes.

    Limits on shares hold for the rows that were audited together, so each verdict's partitions are replayed together.
    Records are written just before the publish: a replay that dies leaves the old version and, at most, records that
    the next replay or the next run of the asset completes. `everything` audits all quarantined rows again, decided or
    not, as after a change of the contract.
    """
    kept = lake.kept_out(contract.key)
    existing = lake.mends(contract.key)
    decided, already = _records(contract, kept, existing, decisions, note)
    decided = {**_pending(kept, existing), **decided}
    touched = {mend.part for mend in decided.values()} | (set(kept[PART]) if everything else set())
    units = [unit for unit in lake.replay_units(contract.key) if touched & set(unit.values)]
    done, failing = [], Counter[str]()
    for unit in units:
        now = _at_current_version(lake, contract.key, unit)
        outcome, rules = _replay_unit(lake, contract, now, kept, decided, note, reports=reports, dry_run=dry_run)
        done.append(outcome)
        failing += rules
        if not outcome.verdict.passed:
            break
    return Replay(decided, already, done, failing)


def _records(
    contract: Contract, kept: pl.DataFrame, existing: Mapping[str, Mend], decisions: Decisions, note: Note
) -> tuple[dict[str, Mend], int]:
    """New records, and how many decisions are in force already. ReplayError for a row that is in no quarantine."""
    mended = kept[MENDED] if MENDED in kept.columns else pl.Series(MENDED, [None] * kept.height, dtype=pl.String)
    rows = dict(zip(kept[ROW_ID], zip(kept[TEXT], kept[PART], mended, strict=True), strict=True))
    decided: dict[str, Mend] = {}
    already, unknown = 0, []
    for id_, text in decisions.items():
        before = existing.get(id_)
        if before is not None and before.mended == text and (id_ not in rows or rows[id_][2] is not None):
            already += 1
        elif id_ not in rows:
            unknown.append(id_)
        else:
            original, part, again = rows[id_]
            if again and before is None:
                raise ReplayError(
                    f"row {id_} of {contract.key} was mended by a record that was forgotten since: run the asset "
                    "first, so that the row is the source's own again"
                )
            original = before.original if again and before else original
            decided[id_] = Mend(id_, original, text, part, note.by, note.why, note.at, contract.version)
    if unknown:
        raise ReplayError(_unknown(contract.key, unknown))
    return decided, already


def _unknown(table: str, ids: list[str]) -> str:
    rows = "row" if len(ids) == 1 else "rows"
    some = ", ".join(ids[:3]) + (" …" if len(ids) > 3 else "")
    return (
        f"{len(ids):,} {rows} not in the quarantine of {table}: {some}. The table was published anew since the export, "
        "or the row was mended otherwise: export again ('ecrec quarantine mends' lists what was decided)"
    )


def _pending(kept: pl.DataFrame, existing: Mapping[str, Mend]) -> dict[str, Mend]:
    """Records whose rows still stand in quarantine as the source delivered them."""
    untouched = kept.filter(pl.col(MENDED).is_null()) if MENDED in kept.columns else kept
    return {id_: existing[id_] for id_ in untouched[ROW_ID] if id_ in existing}


def _at_current_version(lake: Lake, table: str, unit: Unit) -> Unit:
    """The unit as the publishes of this replay before left it: same parts, newer number."""
    current = lake.require(table)
    if not set(unit.parts) <= set(current.parts):
        raise ReplayError(f"{table} was published anew during the replay. Nothing is lost: replay again")
    return replace(unit, version=current.number)


def _replay_unit(
    lake: Lake,
    contract: Contract,
    unit: Unit,
    kept: pl.DataFrame,
    decided: Mapping[str, Mend],
    note: Note,
    *,
    reports: Path | None,
    dry_run: bool,
) -> tuple[UnitReplay, Counter[str]]:
    from ecrec_assets.contracts.gate import audit

    mine = {id_: mend for id_, mend in decided.items() if mend.part in unit.values}
    dropped = sum(mend.mended is None for mend in mine.values())
    before = sum(part.rows + part.rows_quarantined for part in unit.parts)
    versions = {name: lake.require(name).number for name in reference_tables(contract)}
    candidate = lake.stage_replay(contract.key, unit, kept, mine)
    _require_all(contract.key, before, dropped, candidate.rows + candidate.rows_rejected)
    result = audit(
        candidate.frame,
        contract,
        references={name: lake.read(name, version=number) for name, number in versions.items()},
        run_id="" if dry_run else f"replay by {note.by}",
        now=note.at,
        reports=None if dry_run else reports,
        partition=str(unit.partition) if unit.partition else "",
    )
    failing = Counter[str](result.split.quarantined.select(pl.col(FAILED_RULES).explode()).collect().to_series())
    outcome = UnitReplay(unit, result.verdict, before, dropped, candidate.rows_rejected)
    if dry_run:
        lake.give_up(candidate)
        return outcome, failing
    if not result.verdict.passed:
        return outcome._replace(rejected=lake.reject(candidate, result)), failing
    version = lake.publish(
        candidate,
        result,
        inputs={**lake.require(contract.key, unit.version).inputs, **versions},
        fingerprint=unit.parts[0].fingerprint,
        fingerprints=unit.fingerprints,
        run_id=result.verdict.run_id,
        partition=unit.partition,
        decided=mine,
        based_on=unit.version,
    )
    return outcome._replace(version=version), failing


def _require_all(table: str, before: int, dropped: int, rows: int) -> None:
    if rows != before - dropped:
        raise ReplayError(
            f"{table}: rows in are not rows out: {before:,} rows less {dropped:,} dropped are not {rows:,}; "
            "nothing was published"
        )
