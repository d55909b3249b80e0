"""A publish killed at any moment leaves the old or the new version, never a mixture."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from ecrec_assets.lake.publish import POINTS
from ecrec_assets.lake.store import Lake
from tests.lake.audits import TABLE, lines
from tests.lake.dying import WEEK, Dying, publish_new, publish_old

KILLED, SURVIVED = -9, 0


class Seen(NamedTuple):
    """All that a reader can see of a table, without the ids that differ from run to run."""

    number: int
    rows: list[str]
    quarantined: list[str]
    counts: tuple[int, int]
    contract: str
    fingerprint: str | None


class Lakes(NamedTuple):
    """A lake to copy, and what is seen before and after the publish that is going to be killed."""

    template: Path
    whole: bool
    old: Seen
    new: Seen


def look(lake: Lake, *, whole: bool) -> Seen:
    """What a reader sees; fails when verdict, quarantine, counts and rows do not belong together."""
    version, verdict = lake.require(TABLE), lake.verdict(TABLE)
    rows, quarantined = lake.read(TABLE).collect(), lake.quarantine(TABLE).collect()
    assert (verdict.id, verdict.contract_version) == (version.verdict_id, version.contract_version)
    assert (rows.height, quarantined.height) == (version.rows, version.rows_quarantined)
    assert set(quarantined["_verdict_id"]) == {part.verdict_id for part in version.parts if part.rows_quarantined}
    by_marker = quarantined.select("marker", "_contract_version").unique().rows()
    assert set(by_marker) <= {("old", "1.0.0"), ("new", "2.0.0")}
    return Seen(
        version.number,
        lines(rows.lazy()),
        lines(quarantined.lazy()),
        (version.rows, version.rows_quarantined),
        version.contract_version,
        lake.fingerprint(TABLE, None if whole else WEEK),
    )


@pytest.fixture(scope="module")
def dying() -> Iterator[Dying]:
    with Dying() as process:
        yield process


@pytest.fixture(scope="module", params=[False, True], ids=["one week", "whole table"])
def lakes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Lakes:
    folder, whole = tmp_path_factory.mktemp("killed"), request.param
    publish_old(folder / "template", whole=whole)
    shutil.copytree(folder / "template", folder / "published")
    publish_new(Lake(folder / "published"), whole=whole)
    old, new = (look(Lake(folder / name), whole=whole) for name in ("template", "published"))
    assert old != new and (old.fingerprint, new.fingerprint) == ("old", "new")
    return Lakes(folder / "template", whole, old, new)


def copy_of(lakes: Lakes, path: Path) -> Path:
    shutil.copytree(lakes.template, path)
    return path


def assert_next_publish_works(root: Path, lakes: Lakes) -> None:
    """It succeeds, and nothing of the dead one is left."""
    lake = Lake(root)
    before = lake.require(TABLE).number
    publish_new(lake, whole=lakes.whole)
    assert look(lake, whole=lakes.whole) == lakes.new._replace(number=before + 1)
    versions = lake.history(TABLE)
    assert [version.number for version in versions] == list(range(before + 1, -1, -1))
    verdicts = {version.verdict_id for version in versions}
    assert {path.stem for path in (root / "verdicts" / TABLE).iterdir()} == verdicts
    assert {path.stem for path in (root / "quarantine" / TABLE).iterdir()} == verdicts
    assert list((root / "staging" / TABLE).iterdir()) == []
    assert {path.name for path in (root / "state" / TABLE).iterdir()} == {"publish.lock", "staging.lock"}
    assert unread_files(lake) == []


def unread_files(lake: Lake) -> list[Path]:
    """Files of the Delta table that are neither a commit nor read by a version."""
    from deltalake import DeltaTable

    data = lake.root / "tables" / TABLE
    versions = [DeltaTable(data, version=version.number) for version in lake.history(TABLE)]
    needed = {Path(uri.removeprefix("file://")) for table in versions for uri in table.file_uris()}
    needed |= {data / "_delta_log" / f"{version.number:020}.json" for version in lake.history(TABLE)}
    assert all(path.exists() for path in needed)
    return [path for path in data.rglob("*") if path.is_file() and path not in needed]


def kill_at(point: str, lakes: Lakes, dying: Dying, root: Path) -> None:
    assert dying.publish(copy_of(lakes, root), point, whole=lakes.whole) == KILLED
    is_out = POINTS.index(point) >= POINTS.index("committed")
    assert look(Lake(root), whole=lakes.whole) == (lakes.new if is_out else lakes.old)
    assert_next_publish_works(root, lakes)


@pytest.mark.parametrize("point", POINTS)
def test_a_publish_killed_at_a_point_leaves_the_old_or_the_new_version(
    point: str, lakes: Lakes, dying: Dying, tmp_path: Path
) -> None:
    for attempt in range(1 if lakes.whole else 5):
        kill_at(point, lakes, dying, tmp_path / str(attempt))


def test_a_publish_killed_at_any_time_leaves_the_old_or_the_new_version(
    lakes: Lakes, dying: Dying, tmp_path: Path
) -> None:
    root = copy_of(lakes, tmp_path / "living")
    start = time.perf_counter()
    assert dying.publish(root, whole=lakes.whole) == SURVIVED
    lifetime = time.perf_counter() - start
    assert look(Lake(root), whole=lakes.whole) == lakes.new
    for attempt in range(15):
        root = copy_of(lakes, tmp_path / str(attempt))
        dying.publish(root, whole=lakes.whole, after=lifetime * random.uniform(0.02, 1))
        assert look(Lake(root), whole=lakes.whole) in (lakes.old, lakes.new)
        assert_next_publish_works(root, lakes)


def test_a_first_publish_that_is_killed_leaves_no_table(dying: Dying, tmp_path: Path) -> None:
    for point in POINTS[: POINTS.index("committed")]:
        root = tmp_path / point
        assert dying.publish(root, point, whole=True) == KILLED
        assert Lake(root).tables() == [] and Lake(root).current(TABLE) is None
        publish_new(Lake(root), whole=True)
        assert Lake(root).require(TABLE).number == 0
