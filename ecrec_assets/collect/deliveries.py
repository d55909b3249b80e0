"""All delivered files of a table, and a memory of them, so that a file is looked at once.

The table is what the files say now: a changed file counts anew, a file that is gone counts no more. The memory is a
file of its own that can be deleted at any time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from glob import glob
from pathlib import Path
from typing import NamedTuple

from ecrec_assets.collect.delivery import Delivery, Shape, look_at, state_of


class Deliveries(NamedTuple):
    """`counted` are files that can be read, each content once, in the order of their names; `refused` cannot be."""

    counted: tuple[Delivery, ...]
    refused: tuple[Delivery, ...]
    repeated: tuple[Delivery, ...] = ()
    superseded: tuple[Delivery, ...] = ()

    @property
    def periods(self) -> list[int]:
        """Every period that some file has lines of, ascending."""
        return sorted({period for delivery in self.counted for period in delivery.periods})

    def of(self, first: int, last: int) -> list[Delivery]:
        """The files with lines of these periods."""
        return [delivery for delivery in self.counted if delivery.lines_in(first, last)]

    def states(self) -> dict[int, str]:
        """For each period what its lines come from: changes exactly when a file with a line of it does."""
        sums: dict[int, list[str]] = {}
        for delivery in self.counted:
            for period in delivery.periods:
                sums.setdefault(period, []).append(delivery.sha256)
        return {period: " ".join(sorted(found)) for period, found in sums.items()}


def look(pattern: Path, shape: Shape, *, memory: Path, replace: bool = False) -> Deliveries:
    """The files that match, looked at now or remembered in the file `memory`.

    A second file with the same bytes counts for nothing (`repeated`). With `replace`, of the files whose lines are
    mostly of one period only the newest counts, by time of change and then by name; the others are `superseded`.
    """
    known = _remembered(memory, shape)
    found = sorted(glob(str(pattern), recursive=True))  # noqa: PTH207 (the pattern starts at a root)
    paths = [Path(path) for path in found if Path(path).is_file()]
    seen = [_known_or_new(path, known, shape) for path in paths]
    if [*known.values()] != seen:
        _remember(memory, shape, seen)
    readable = [delivery for delivery in seen if not delivery.error]
    once = {delivery.sha256: delivery for delivery in reversed(readable)}
    counted = [delivery for delivery in readable if once[delivery.sha256] is delivery]
    newest = _newest_of_each_period(counted) if replace else counted
    return Deliveries(
        tuple(newest),
        tuple(delivery for delivery in seen if delivery.error),
        tuple(delivery for delivery in readable if once[delivery.sha256] is not delivery),
        tuple(delivery for delivery in counted if delivery not in newest),
    )


def _newest_of_each_period(deliveries: Iterable[Delivery]) -> list[Delivery]:
    by_age = sorted(deliveries, key=lambda delivery: (int(delivery.state.split(":")[1]), delivery.path))
    newest = {delivery.home: delivery for delivery in by_age}
    return sorted(newest.values(), key=lambda delivery: delivery.path)


def _known_or_new(path: Path, known: dict[str, Delivery], shape: Shape) -> Delivery:
    found = known.get(str(path))
    try:
        same = found is not None and found.state == state_of(path)
    except OSError:
        same = False
    return found if found and same else look_at(path, shape)


def _remembered(memory: Path, shape: Shape) -> dict[str, Delivery]:
    try:
        kept = json.loads(memory.read_text(encoding="utf-8"))
        if kept["shape"] == shape.digest:
            return {plain["path"]: Delivery.from_plain(plain) for plain in kept["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        pass  # no memory, or none that fits: every file is looked at again
    return {}


def _remember(memory: Path, shape: Shape, deliveries: list[Delivery]) -> None:
    """Write, then rename: two processes may both have looked."""
    memory.parent.mkdir(parents=True, exist_ok=True)
    draft = memory.with_suffix(f".{os.getpid()}.tmp")
    plain = {"shape": shape.digest, "files": [delivery.to_plain() for delivery in deliveries]}
    draft.write_text(json.dumps(plain), encoding="utf-8")
    draft.replace(memory)
