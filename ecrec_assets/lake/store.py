"""The lake: versioned tables that only a passing verdict can change, on Delta Lake and the local file system."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ecrec_assets.lake import candidate as candidates
from ecrec_assets.lake import history, mends, prune, quarantine, rejection, replay
from ecrec_assets.lake.apply_mends import apply_mends
from ecrec_assets.lake.candidate import Candidate
from ecrec_assets.lake.dtypes import restored
from ecrec_assets.lake.errors import NotPublished
from ecrec_assets.lake.locks import exclusive
from ecrec_assets.lake.mends import Mend
from ecrec_assets.lake.places import Places
from ecrec_assets.lake.publish import Origin, publish
from ecrec_assets.lake.rejection import Rejected
from ecrec_assets.lake.replay import Unit
from ecrec_assets.lake.version import Partition, Version
from ecrec_assets.verdict import Audit, Verdict


def _go_on(point: str) -> None:
    """What happens at each point of a publish: nothing."""


@dataclass(frozen=True, slots=True)
class Lake:
    """Tables below `root`, by name such as `raw/products`. Nothing is touched until a method is called.

    Readers take no lock. Writers of one table wait for each other; a lock dies with its process.
    `checkpoint` is called at each of `publish.POINTS`: a test may die there.
    """

    root: Path
    checkpoint: Callable[[str], None] = _go_on

    def stage(
        self,
        table: str,
        frame: pl.LazyFrame,
        *,
        rejected: pl.LazyFrame | None = None,
        partition: Partition | None = None,
    ) -> Candidate:
        """Computes the frame once, to Parquet, where no reader looks: audit `candidate.frame`.

        The table's mend records are applied: a row somebody mended stands there mended, with `_mended`, the id of its
        original; a row somebody dropped is gone. `rejected` are rows turned away before the gate, with
        `_failed_rules`: they go to quarantine with the candidate.
        """
        places = self._places(table)
        records = mends.read(places.mends)
        return candidates.stage(places, frame, rejected, lambda rows: apply_mends(rows, records, partition))

    def stage_replay(self, table: str, unit: Unit, kept: pl.DataFrame, decided: Mapping[str, Mend]) -> Candidate:
        """The published rows of a unit and its quarantined ones, of `kept_out`, again: these as they were decided."""
        return replay.stage(self._places(table), unit, kept, decided)

    def publish(
        self,
        candidate: Candidate,
        audit: Audit,
        *,
        inputs: Mapping[str, int],
        fingerprint: str,
        run_id: str,
        partition: Partition | None = None,
        fingerprints: Mapping[int, str] | None = None,
        whole: bool = False,
        decided: Mapping[str, Mend] | None = None,
        based_on: int | None = None,
    ) -> Version:
        """The clean rows become the next version of the table, or of its `partition`, in one commit.

        `fingerprints` says for single values of the partition what they were made from. `whole`: nothing of the table
        but this partition stays. `decided` are mend records to be kept; `based_on` is the version that has to be the
        current one still.

        Raises NotPublishable when the verdict does not pass or is not of this candidate, when rows in are not rows
        published plus rows quarantined, counted, or when the columns cannot be kept. Readers then notice nothing.
        `candidate` and `audit.split` cannot be read afterwards.
        """
        origin = Origin(inputs, fingerprint, run_id, partition, fingerprints or {}, whole, decided or {}, based_on)
        return publish(self._places(candidate.table), candidate, audit, origin, self.checkpoint)

    def give_up(self, candidate: Candidate) -> None:
        """Removes a candidate that is neither to be published nor rejected."""
        candidates.discard(self._places(candidate.table), candidate)

    def reject(self, candidate: Candidate, audit: Audit) -> Path:
        """Keeps candidate, failing rows and verdict for inspection; returns their folder. Readers notice nothing."""
        return rejection.reject(self._places(candidate.table), candidate, audit)

    def read(self, table: str, version: int | None = None) -> pl.LazyFrame:
        """The rows of one version, the current one by default; later publishes do not change what it gives.

        NotPublished when there is none. The order of rows is not promised.
        """
        found = self.require(table, version)
        return restored(pl.scan_delta(self._places(table).data, version=found.number), found.dtypes)

    def require(self, table: str, version: int | None = None) -> Version:
        """One version, the current one by default, or NotPublished with the way out."""
        return history.resolve(self._places(table), version)

    def current(self, table: str) -> Version | None:
        return history.current(self._places(table))

    def history(self, table: str) -> list[Version]:
        """Every version that can be read, newest first; empty when the table was never published."""
        return history.history(self._places(table))

    def quarantine(self, table: str, version: int | None = None) -> pl.LazyFrame:
        """The rows a version left out: its columns and `_failed_rules, _contract_version, _verdict_id, _run_id`."""
        return quarantine.read(self._places(table), self.require(table, version))

    def verdict(self, table: str, version: int | None = None, *, partition: Partition | None = None) -> Verdict:
        """The verdict a version was published with, or the newest one among the partition's live parts."""
        found = self.require(table, version)
        ids = {part.verdict_id for part in found.parts_of(partition)} if partition else {found.verdict_id}
        if not ids:
            raise NotPublished(f"{table} version {found.number} has no {partition}")
        texts = (self._places(table).verdict(id_).read_text(encoding="utf-8") for id_ in ids)
        return max(map(Verdict.from_json, texts), key=lambda verdict: verdict.created_at)

    def verdict_by_id(self, table: str, verdict_id: str) -> Verdict:
        """A verdict that some live part was published with."""
        return Verdict.from_json(self._places(table).verdict(verdict_id).read_text(encoding="utf-8"))

    def fingerprint(self, table: str, partition: Partition | None = None) -> str | None:
        """What the published rows, or those of a partition, were made from.

        None when not all from the same, or when mend records have changed since.
        """
        found = self.current(table)
        parts = found.parts_of(partition) if found else ()
        fresh = mends.digests(mends.read(self._places(table).mends))
        if any(part.mends != fresh.get(part.value, "") for part in parts):
            return None
        fingerprints = {part.fingerprint for part in parts}
        complete = partition is None or len(parts) == len(partition.values)
        return fingerprints.pop() if complete and len(fingerprints) == 1 else None

    def fingerprints(self, table: str, partition: Partition) -> dict[int, str]:
        """What each live value of a partition was made from.

        A value that was never published is not there, nor one whose mend records have changed since.
        """
        found = self.current(table)
        fresh = mends.digests(mends.read(self._places(table).mends))
        parts = found.parts_of(partition) if found else ()
        return {part.value or 0: part.fingerprint for part in parts if part.mends == fresh.get(part.value, "")}

    def kept_out(self, table: str) -> pl.DataFrame:
        """The quarantined rows of the current version with `_row_id`, which stands for the row the source delivered.

        Also `_part`, the partition value each counts for, and `_text`, the row as text.
        """
        return replay.kept_out(self._places(table), self.require(table))

    def replay_units(self, table: str) -> list[Unit]:
        """The parts of the current version that were audited together, and are replayed together."""
        return replay.units(self.require(table))

    def mends(self, table: str) -> dict[str, Mend]:
        """What people decided about rows of the table, by row id."""
        return mends.read(self._places(table).mends)

    def forget_mends(self, table: str, ids: Collection[str]) -> None:
        """Removes records: the next computation of the table takes these rows as the source delivers them."""
        places = self._places(table)
        with exclusive(places.publish_lock):
            mends.write(places.mends, (mend for id_, mend in self.mends(table).items() if id_ not in ids))

    def rejected(self, table: str) -> Rejected | None:
        """The last rejected candidate of a table."""
        return rejection.last_rejected(self._places(table))

    def prune(self, table: str, keep: int = 10) -> list[int]:
        """Gives up all versions but the newest `keep`, and their files; returns their numbers."""
        return prune.prune(self._places(table), keep)

    def tables(self) -> list[str]:
        """Every published table, in alphabetical order."""
        root = self.root / "tables"
        names = (log.parent.relative_to(root).as_posix() for log in root.rglob("_delta_log"))
        return sorted(name for name in names if self.current(name))

    def _places(self, table: str) -> Places:
        return Places(self.root, table)
