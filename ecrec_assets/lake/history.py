"""Versions of a table, read from the commits of its Delta log: a version is there when its commit file is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ecrec_assets.lake.errors import NotPublished
from ecrec_assets.lake.places import Places
from ecrec_assets.lake.version import Version, version_of


def history(places: Places) -> list[Version]:
    """Every version that can be read, newest first."""
    return list(_newest_first(places))


def current(places: Places) -> Version | None:
    """The version readers get; None when the table was never published."""
    return next(_newest_first(places), None)


def resolve(places: Places, number: int | None = None) -> Version:
    """One version, the current one by default. NotPublished says which there are."""
    if number is None:
        return current(places) or _never_published(places)
    if number in commit_numbers(places.log) and number >= oldest_kept(places):
        found = _version(places, number)
        if found:
            return found
    numbers = [version.number for version in history(places)] or _never_published(places)
    raise NotPublished(f"{places.table} has no version {number}; there are {numbers}")


def oldest_kept(places: Places) -> int:
    """Versions below this number were pruned."""
    try:
        return int(places.oldest.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return 0


def commit_numbers(log: Path) -> list[int]:
    """Numbers of the commits in a Delta log, ascending."""
    return sorted(int(path.stem) for path in log.glob("*.json") if path.stem.isdigit())


def actions(log: Path, number: int, kind: str = "") -> Iterator[dict[str, Any]]:
    """The actions of one commit: `{kind: content}`, one a line. Lines that do not mention `kind` are not parsed."""
    path = log / f"{number:020}.json"
    for line in path.read_text(encoding="utf-8").splitlines():
        if kind in line:
            yield json.loads(line)


def _newest_first(places: Places) -> Iterator[Version]:
    oldest = oldest_kept(places)
    for number in reversed(commit_numbers(places.log)):
        version = _version(places, number) if number >= oldest else None
        if version:
            yield version


def _version(places: Places, number: int) -> Version | None:
    for action in actions(places.log, number, "commitInfo"):
        if "commitInfo" in action:
            return version_of(places.table, number, action["commitInfo"])
    return None


def _never_published(places: Places) -> Any:
    rejected = f" Its last candidate was rejected: see {places.rejected}." if places.rejected.exists() else ""
    raise NotPublished(
        f"{places.table} has never been published.{rejected} Run the job that makes it; 'ecrec run' makes every table."
    )
