"""Changes of the columns, the key and the partition: what readers build on."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from ecrec_assets.contracts.diff.change import Change, Kind
from ecrec_assets.contracts.model import Column, Contract

ALIKE = 0.6


def column_changes(old: Contract, new: Contract) -> Iterator[Change]:
    """Renamed, removed, added and changed columns, then key and partition."""
    before = {column.name: column for column in old.columns}
    after = {column.name: column for column in new.columns}
    renamed = renames(old, new)
    for name, column in before.items():
        if name in renamed:
            yield Change("breaking", f"column {name}", f"is called {renamed[name]} now")
            yield from _changed(column, after[renamed[name]])
        elif name not in after:
            yield Change("breaking", f"column {name}", "is gone")
        else:
            yield from _changed(column, after[name])
    for name in after:
        if name not in before and name not in renamed.values():
            yield Change(
                "tightening", f"column {name}", f"is new ({after[name].dtype}): a delivery without it is refused"
            )
    yield from _key(old, new)


def renames(old: Contract, new: Contract) -> dict[str, str]:
    """Old name -> new name, where one column went and one of the same type and a like name or description came."""
    before = {column.name: column for column in old.columns}
    gone = [column for column in old.columns if column.name not in {c.name for c in new.columns}]
    come = [column for column in new.columns if column.name not in before]
    found: dict[str, str] = {}
    for column in gone:
        free = [other for other in come if other.name not in found.values() and other.dtype == column.dtype]
        near = max(free, key=lambda other: _likeness(column, other), default=None)
        if near is not None and _likeness(column, near) >= ALIKE:
            found[column.name] = near.name
    return found


def _likeness(one: Column, other: Column) -> float:
    if one.description and one.description == other.description:
        return 1.0
    return SequenceMatcher(None, one.name, other.name).ratio()


def _changed(old: Column, new: Column) -> Iterator[Change]:
    subject = f"column {new.name}"
    if old.dtype != new.dtype:
        yield Change("breaking", subject, f"is {new.dtype}, was {old.dtype}")
    if old.required and not new.required:
        yield Change("breaking", subject, "may be missing now; readers were promised a value in every row")
    if new.required and not old.required:
        yield Change("tightening", subject, "is required now: a row without it is quarantined")
    if old.unit != new.unit:
        kind: Kind = "breaking" if old.unit and new.unit else "documentation"
        yield Change(kind, subject, f"is in {new.unit or 'no unit'}, was in {old.unit or 'no unit'}")
    if old.classification != new.classification:
        before, after = old.classification or "public", new.classification or "public"
        shown = "; its values will be shown in reports" if after == "public" else ""
        yield Change("documentation", subject, f"is {after}, was {before}{shown}")
    if old.description != new.description:
        yield Change("documentation", subject, "is described otherwise")


def _key(old: Contract, new: Contract) -> Iterator[Change]:
    if old.primary_key != new.primary_key:
        before, after = (", ".join(key) or "none" for key in (old.primary_key, new.primary_key))
        yield Change("breaking", "key", f"is {after}, was {before}: joins on it may find several rows or none")
    if old.partition_by != new.partition_by:
        yield Change(
            "breaking",
            "partition",
            f"by {new.partition_by or 'nothing'}, was by {old.partition_by or 'nothing'}: all of it is published anew",
        )
