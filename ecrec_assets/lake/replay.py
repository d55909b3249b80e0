"""Published and quarantined rows of a version together again, some of them mended, as a new candidate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import polars as pl

from ecrec_assets.lake import mends as records
from ecrec_assets.lake import quarantine
from ecrec_assets.lake.apply_mends import Applied, counted
from ecrec_assets.lake.booking import PART
from ecrec_assets.lake.candidate import FAILED_RULES, Candidate
from ecrec_assets.lake.candidate import stage as stage_candidate
from ecrec_assets.lake.dtypes import restored
from ecrec_assets.lake.history import resolve
from ecrec_assets.lake.identical import ROW_ID, UNREADABLE, values_of
from ecrec_assets.lake.mends import Mend
from ecrec_assets.lake.places import Places
from ecrec_assets.lake.row_ids import with_ids
from ecrec_assets.lake.row_text import frame_of
from ecrec_assets.lake.version import MendCount, Part, Partition, Version, day_of
from ecrec_assets.verdict import MENDED, PERIOD, Verdict


@dataclass(frozen=True, slots=True)
class Unit:
    """Parts that one verdict covers, so that limits on shares are measured on the same rows again.

    `partition` is None for a table in one piece. `version` is the one the rows are taken from.
    """

    version: int
    verdict_id: str
    partition: Partition | None
    parts: tuple[Part, ...]

    @property
    def values(self) -> tuple[int | None, ...]:
        return tuple(part.value for part in self.parts)

    @property
    def fingerprints(self) -> dict[int, str]:
        """What each value was made from; empty for a table in one piece."""
        return {part.value: part.fingerprint for part in self.parts if part.value is not None}


def units(version: Version) -> list[Unit]:
    """One a verdict; parts between which others were published since make several."""
    runs: list[list[Part]] = [[version.parts[0]]]
    for left, right in pairwise(version.parts):
        if left.verdict_id == right.verdict_id and _adjoin(version.partition, left, right):
            runs[-1].append(right)
        else:
            runs.append([right])
    return [_unit(version, tuple(run)) for run in runs]


def kept_out(places: Places, version: Version) -> pl.DataFrame:
    """The quarantined rows with `_row_id`, `_text` and `_part`."""
    rows = quarantine.with_parts(places, version).collect(engine="streaming")
    published = restored(pl.scan_delta(places.data, version=version.number), version.dtypes)
    return with_ids(rows, published, records.read(places.mends))


def stage(places: Places, unit: Unit, kept: pl.DataFrame, decided: Mapping[str, Mend]) -> Candidate:
    """Published rows first, then the quarantined ones `kept`, those of the unit, as they were decided or as they are.

    No older record is applied again. Rows that a reader had turned away before the gate, and that nobody mended, are
    turned away again.
    """
    version = resolve(places, unit.version)
    mine = kept.filter(pl.col(PART).is_in(list(unit.values), nulls_equal=True))
    new = {id_: decided[id_] for id_ in mine[ROW_ID] if id_ in decided}
    undecided = mine.filter(~pl.col(ROW_ID).is_in(list(new)))
    away = _turned_away(places, unit)
    frames = [
        _published(places, version, unit),
        _rows(undecided.filter(~away)),
        _mended(mine, [mend for mend in new.values() if mend.mended is not None]),
    ]
    frame = pl.concat(frames, how="diagonal_relaxed")
    turned_away = undecided.filter(away)
    rejected = None if turned_away.is_empty() else _rows(turned_away, FAILED_RULES)
    candidate = stage_candidate(places, frame, rejected, Applied)
    merged = {**records.read(places.mends), **decided}
    return replace(candidate, mends=records.digests(merged), mend_counts=_counts(unit, new, mine))


def _adjoin(partition: Partition | None, left: Part, right: Part) -> bool:
    assert partition is not None and left.value is not None and right.value is not None
    return replace(partition, first=left.value, last=right.value).values == (left.value, right.value)


def _unit(version: Version, parts: tuple[Part, ...]) -> Unit:
    first, last = parts[0].value, parts[-1].value
    if version.partition is None or first is None or last is None:
        return Unit(version.number, version.verdict_id, None, parts)
    return Unit(version.number, parts[0].verdict_id, replace(version.partition, first=first, last=last), parts)


def _published(places: Places, version: Version, unit: Unit) -> pl.LazyFrame:
    stored = pl.scan_delta(places.data, version=version.number)
    period = {PERIOD: "Date"} if PERIOD in stored.collect_schema() else {}
    rows = restored(stored, {**version.dtypes, **period})
    if unit.partition is None:
        return rows
    first, last = unit.partition.first, unit.partition.last
    limits = (day_of(first), day_of(last)) if unit.partition.every else (first, last)
    return rows.filter(pl.col(unit.partition.column).is_between(*limits))


def _rows(kept: pl.DataFrame, *more: str) -> pl.LazyFrame:
    """As the gate saw them: with what only quarantine keeps left out."""
    noted = [name for name in (MENDED, PERIOD) if name in kept.columns]
    return kept.select(*values_of(kept.columns), *noted, *more).lazy()


def _mended(kept: pl.DataFrame, decided: list[Mend]) -> pl.LazyFrame:
    schema = {name: kept.schema[name] for name in values_of(kept.columns)}
    if any(f'"{UNREADABLE}":' in (mend.mended or "") for mend in decided):
        schema[UNREADABLE] = pl.String()
    fresh = frame_of([mend.mended or "" for mend in decided], schema)
    fresh = fresh.with_columns(pl.Series(MENDED, [mend.id for mend in decided], dtype=pl.String))
    if PERIOD in kept.columns:
        periods = kept.select(pl.col(ROW_ID).alias(MENDED), PERIOD)
        fresh = fresh.join(periods, on=MENDED, how="left", maintain_order="left")
    return fresh.lazy()


def _turned_away(places: Places, unit: Unit) -> pl.Expr:
    """Rows with a reason that is none of the gate's."""
    verdict = Verdict.from_json(places.verdict(unit.verdict_id).read_text(encoding="utf-8"))
    known = [rule.name for rule in verdict.rules]
    return pl.col(FAILED_RULES).list.eval(~pl.element().is_in(known)).list.any().fill_null(value=False)


def _counts(unit: Unit, new: Mapping[str, Mend], kept: pl.DataFrame) -> dict[int | None, MendCount]:
    """What was mended and dropped before, and now. A row mended once more counts once."""
    again = set(kept[MENDED].drop_nulls()) if MENDED in kept.columns else set()
    first = counted(mend for id_, mend in new.items() if id_ not in again)
    dropped_now = counted(mend for id_, mend in new.items() if id_ in again and mend.mended is None)
    counts = {part.value: MendCount(part.rows_mended, part.rows_dropped) for part in unit.parts}
    for value, count in first.items():
        counts[value] = counts[value].plus(count)
    for value, (_, dropped) in dropped_now.items():
        mended_before, dropped_before = counts[value]
        counts[value] = MendCount(mended_before - dropped, dropped_before + dropped)
    return counts
