"""Write, audit, publish: the last step, in an order in which a death at any point harms no reader.

Everything a version needs lies in its place before the one commit that makes it visible. What a dead publish left
behind is known by its intent, and the next one clears it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from ecrec_assets.lake.admission import check_base, check_clean_side, check_is_new, check_verdict, replaces_all
from ecrec_assets.lake.booking import Booking, added, count
from ecrec_assets.lake.candidate import Candidate, discard
from ecrec_assets.lake.commit import commit
from ecrec_assets.lake.errors import NotPublishable
from ecrec_assets.lake.files import write_text, write_whole
from ecrec_assets.lake.history import current, resolve
from ecrec_assets.lake.locks import exclusive
from ecrec_assets.lake.mends import Mend, recorded
from ecrec_assets.lake.places import Places
from ecrec_assets.lake.prune import recover
from ecrec_assets.lake.quarantine import quarantined_rows, scan
from ecrec_assets.lake.version import MendCount, Part, Partition, Record, Version
from ecrec_assets.verdict import PERIOD, Audit

At = Callable[[str], None]

POINTS = (
    "locked",
    "recovered",
    "intended",
    "quarantine_drafted",
    "quarantined",
    "verdict_drafted",
    "verdict_written",
    "mends_written",
    "writing",
    "written",
    "committed",
    "settled",
    "cleared",
)
"""What a publish passes, in order; `writing` after each batch. From `committed` on readers get the new version."""


class Origin(NamedTuple):
    """Where the rows of a publish come from, and which part of the table they are.

    `fingerprints` are those of single partition values, where they differ. `whole`: the partition is all there is to
    the table, so it may take the place of one that is parted otherwise or has other columns. `decided` are mend records
    that are kept with it; `based_on` is the version its rows were taken from.
    """

    inputs: Mapping[str, int]
    fingerprint: str
    run_id: str
    partition: Partition | None
    fingerprints: Mapping[int, str] = MappingProxyType({})
    whole: bool = False
    decided: Mapping[str, Mend] = MappingProxyType({})
    based_on: int | None = None


def publish(places: Places, candidate: Candidate, audit: Audit, origin: Origin, at: At) -> Version:
    """The clean rows become a version, the others its quarantine. NotPublishable: readers notice nothing."""
    check_verdict(candidate, audit, current(places))
    check_clean_side(candidate, audit, origin.partition)
    with exclusive(places.publish_lock):
        at("locked")
        recover(places)
        at("recovered")
        check_is_new(places, audit.verdict)
        version = _publish_alone(places, candidate, audit, origin, at)
    discard(places, candidate)
    at("cleared")
    return version


def _publish_alone(places: Places, candidate: Candidate, audit: Audit, origin: Origin, at: At) -> Version:
    before = current(places)
    check_base(places, before, origin.based_on)
    schema = audit.split.clean.collect_schema()
    dtypes = {name: str(dtype) for name, dtype in schema.items() if name != PERIOD}
    whole = origin.whole or replaces_all(places, before, origin.partition, dtypes)
    write_text(places.intent, audit.verdict.id)
    at("intended")
    booking = _book(candidate, audit, _set_aside(places, candidate, audit, origin, at), origin.partition)
    write_text(places.verdict(audit.verdict.id), audit.verdict.to_json(), lambda: at("verdict_drafted"))
    at("verdict_written")
    record = _record(candidate, audit, origin, dtypes, booking, None if whole else before)
    with recorded(places, origin.decided):
        at("mends_written")
        commit(places, audit.split.clean, record, whole=whole, expected=booking.published, at=at)
    at("committed")
    version = resolve(places)
    places.intent.unlink()
    at("settled")
    return version


def _set_aside(places: Places, candidate: Candidate, audit: Audit, origin: Origin, at: At) -> Mapping[int | None, int]:
    """Writes the quarantine and counts it."""
    rows = quarantined_rows(candidate, audit, origin.run_id, origin.partition)
    path = places.quarantine(audit.verdict.id)
    write_whole(path, lambda draft: rows.sink_parquet(draft, engine="streaming"), lambda: at("quarantine_drafted"))
    at("quarantined")
    return count(scan(places, audit.verdict.id), origin.partition)


def _book(
    candidate: Candidate, audit: Audit, quarantined: Mapping[int | None, int], partition: Partition | None
) -> Booking:
    told = audit.verdict.rows_quarantined + candidate.rows_rejected
    if told != sum(quarantined.values()):
        raise NotPublishable(
            f"{candidate.table}: rows in are not rows out: {told:,} rows had to be quarantined, "
            f"{sum(quarantined.values()):,} came"
        )
    rows_in = count(candidate.frame, partition)
    if candidate.rejected is not None:
        rows_in = added(rows_in, count(candidate.rejected, partition))
    return Booking(rows_in, quarantined)


def _record(
    candidate: Candidate,
    audit: Audit,
    origin: Origin,
    dtypes: dict[str, str],
    booking: Booking,
    survivor: Version | None,
) -> Record:
    """`survivor` is the version whose other partitions stay."""
    parts = booking.parts(origin.partition, audit.verdict.id, origin.fingerprint, origin.fingerprints)
    new = tuple(_with_mends(part, candidate) for part in parts)
    return Record(
        verdict_id=audit.verdict.id,
        contract_version=audit.verdict.contract_version,
        contract_hash=audit.verdict.contract_hash,
        fingerprint=origin.fingerprint,
        inputs=dict(origin.inputs),
        run_id=origin.run_id,
        partition=origin.partition,
        parts=_with_survivors(new, survivor) if survivor else new,
        dtypes=dtypes,
    )


def _with_mends(part: Part, candidate: Candidate) -> Part:
    mended, dropped = candidate.mend_counts.get(part.value, MendCount(0, 0))
    return part._replace(mends=candidate.mends.get(part.value, ""), rows_mended=mended, rows_dropped=dropped)


def _with_survivors(new: tuple[Part, ...], survivor: Version) -> tuple[Part, ...]:
    replaced = {part.value for part in new}
    parts = [*new, *(part for part in survivor.parts if part.value not in replaced)]
    return tuple(sorted(parts, key=lambda part: part.value or 0))
