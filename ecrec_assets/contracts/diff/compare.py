"""Everything that differs between two states of a contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ecrec_assets.contracts.diff.change import KINDS, Change, Kind
from ecrec_assets.contracts.diff.columns import column_changes
from ecrec_assets.contracts.diff.rules import rule_changes
from ecrec_assets.contracts.diff.version import VersionStep, version_step
from ecrec_assets.contracts.model import Contract


class Difference(NamedTuple):
    """The changes, the gravest first."""

    changes: tuple[Change, ...]
    version: VersionStep

    def of(self, kind: Kind) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.kind == kind)

    @property
    def breaks(self) -> bool:
        return bool(self.of("breaking"))


def compare(old: Contract, new: Contract) -> Difference:
    """What a reader, a producer and a maintainer have to know of the step from old to new."""
    changes = [*column_changes(old, new), *rule_changes(old, new), *_about(old, new)]
    changes.sort(key=lambda change: KINDS.index(change.kind))
    return Difference(tuple(changes), version_step(old.version, new.version, changes))


def _about(old: Contract, new: Contract) -> Iterator[Change]:
    if old.purpose != new.purpose:
        yield Change("documentation", "contract", "has another purpose text")
    if old.owner != new.owner:
        yield Change(
            "documentation", "contract", f"is owned by {new.owner or 'nobody'}, was by {old.owner or 'nobody'}"
        )
    if old.tags != new.tags:
        yield Change("documentation", "contract", f"has the tags {', '.join(new.tags) or 'none'}")
