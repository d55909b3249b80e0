"""What a candidate must fulfil before anything of it is written."""

from __future__ import annotations

import polars as pl

from ecrec_assets.lake.booking import can_part
from ecrec_assets.lake.candidate import Candidate
from ecrec_assets.lake.dtypes import restored
from ecrec_assets.lake.errors import NotPublishable
from ecrec_assets.lake.history import commit_numbers
from ecrec_assets.lake.places import Places
from ecrec_assets.lake.version import Partition, Version
from ecrec_assets.verdict import Audit, Verdict


def check_verdict(candidate: Candidate, audit: Audit, current: Version | None) -> None:
    """NotPublishable unless this very candidate was audited, by the contract of its table, and passed."""
    verdict, table = audit.verdict, candidate.table
    state = f"The published version {current.number} is unchanged." if current else "Nothing is published yet."
    if not verdict.passed:
        reasons = "; ".join(rule.sentence() for rule in verdict.blocking)
        raise NotPublishable(f"{table}@{verdict.contract_version}: {reasons}. {state}")
    if verdict.contract != table:
        raise NotPublishable(f"{table}: the verdict {verdict.id} is one of {verdict.contract}. {state}")
    if verdict.rows_in != candidate.rows:
        raise NotPublishable(
            f"{table}: the verdict {verdict.id} saw {verdict.rows_in:,} rows, the candidate has {candidate.rows:,}: "
            f"audit the candidate's own frame. {state}"
        )


def check_is_new(places: Places, verdict: Verdict) -> None:
    """A verdict publishes once: its quarantine file belongs to one version."""
    if places.verdict(verdict.id).exists():
        raise NotPublishable(f"{places.table}: the verdict {verdict.id} is published already: audit the candidate anew")


def check_base(places: Places, current: Version | None, based_on: int | None) -> None:
    """Rows taken from a version may only replace that version."""
    if based_on is not None and (current is None or current.number != based_on):
        raise NotPublishable(
            f"{places.table}: version {current.number if current else 'none'} was published while version {based_on} "
            "was being replayed. Nothing is lost: replay again"
        )


def check_clean_side(candidate: Candidate, audit: Audit, partition: Partition | None) -> None:
    """The clean rows have the candidate's columns, or fewer, and the partition's column with whole numbers."""
    clean, staged = audit.split.clean.collect_schema(), candidate.frame.collect_schema()
    foreign = [f"{name} {dtype}" for name, dtype in clean.items() if staged.get(name) != dtype]
    if foreign:
        raise NotPublishable(f"{candidate.table}: the clean rows have columns the candidate has not: {foreign}")
    if partition and not can_part(partition, clean):
        kind = "dates" if partition.every else "whole numbers"
        raise NotPublishable(f"{candidate.table}: there is no column of {kind} '{partition.column}' to part by")


def replaces_all(places: Places, current: Version | None, partition: Partition | None, dtypes: dict[str, str]) -> bool:
    """Whether nothing of the current version survives. NotPublishable when something would that cannot."""
    if current is None or partition is None:
        return True
    if _covered(places, current, partition):
        return True
    if current.scheme != partition.scheme:
        raise NotPublishable(
            f"{places.table}: version {current.number} is not parted by {partition.scheme}, so {partition} cannot take "
            "the place of a part of it: publish all its values in one run"
        )
    if current.number != commit_numbers(places.log)[-1]:
        raise NotPublishable(
            f"{places.table}: something else than a publish has changed the table after version {current.number}, "
            "so its other partitions cannot be trusted: publish all of them in one run"
        )
    if current.dtypes != dtypes:
        changed = sorted(name for name, _ in current.dtypes.items() ^ dtypes.items())
        raise NotPublishable(
            f"{places.table}: {partition} has other columns than version {current.number} ({', '.join(changed)}), "
            "and all partitions share one schema: publish all of them in one run"
        )
    return False


def _covered(places: Places, current: Version, partition: Partition) -> bool:
    """Every published row lies in the partition."""
    if current.scheme == partition.scheme:
        values = set(partition.values)
        return all(part.value in values for part in current.parts)
    if partition.column not in current.dtypes:
        return False
    value = pl.col(partition.column)
    outside = value.is_between(partition.first, partition.last).not_().fill_null(True)
    published = restored(pl.scan_delta(places.data, version=current.number), current.dtypes)
    return not published.select(outside.any()).collect(engine="streaming").item()
