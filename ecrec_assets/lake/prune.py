"""Removes what no kept version needs: the leavings of a dead publish, and versions that are too old."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from urllib.parse import unquote

from ecrec_assets.lake.candidate import clear_orphans
from ecrec_assets.lake.files import write_text
from ecrec_assets.lake.history import actions, commit_numbers, history, oldest_kept
from ecrec_assets.lake.locks import exclusive
from ecrec_assets.lake.places import Places


def prune(places: Places, keep: int) -> list[int]:
    """Gives up all versions but the newest `keep`; returns the numbers of those given up, newest first."""
    if keep < 1:
        raise ValueError(f"keep at least one version of {places.table}, not {keep}")
    with exclusive(places.publish_lock):
        versions = history(places)
        if len(versions) > keep:
            write_text(places.intent, "prune")
            write_text(places.oldest, str(versions[keep - 1].number))
        recover(places)
    return [version.number for version in versions[keep:]]


def recover(places: Places) -> None:
    """Clears what a publish or a prune that died has left. Only under the publish lock."""
    clear_orphans(places)
    if places.intent.exists():
        _sweep(places)
        places.intent.unlink()


def _sweep(places: Places) -> None:
    versions = history(places)
    needed = data_files(places, oldest_kept(places))
    verdicts = {part.verdict_id for version in versions for part in version.parts}
    verdicts |= {version.verdict_id for version in versions}
    kept = {
        *(places.data / name for name in needed),
        *(places.verdict(verdict_id) for verdict_id in verdicts),
        *(places.quarantine(verdict_id) for verdict_id in verdicts),
    }
    for path in _files(places):
        if path not in kept:
            path.unlink(missing_ok=True)


def data_files(places: Places, oldest: int) -> set[str]:
    """Data files, relative to the table, that any commit from `oldest` on reads: the Delta log, replayed."""
    live: set[str] = set()
    needed: set[str] = set()
    for number in commit_numbers(places.log):
        for action in actions(places.log, number):
            if "add" in action:
                live.add(unquote(action["add"]["path"]))
            elif "remove" in action:
                live.discard(unquote(action["remove"]["path"]))
        if number >= oldest:
            needed |= live
    return needed


def _files(places: Places) -> Iterable[Path]:
    """Everything that may be swept. Folders of other tables may lie beside; only `column=value` belongs to this one."""
    return list(
        chain(
            (path for path in places.data.glob("*") if path.is_file()),
            places.data.glob("*=*/*"),
            places.log.glob("*.tmp*"),
            places.log.glob("*#*"),  # half a commit file, before it is put under its name
            places.verdict("any").parent.glob("*.json*"),
            places.quarantine("any").parent.glob("*.parquet*"),
        )
    )
