from __future__ import annotations

from pathlib import Path

import pytest

from ecrec_assets.lake.errors import NotPublished
from ecrec_assets.lake.store import Lake
from ecrec_assets.lake.version import Partition
from tests.lake.audits import TABLE, lines, publish, sales


def count(lake: Lake, pattern: str) -> int:
    return len([path for path in lake.root.glob(pattern) if path.is_file()])


def test_pruned_versions_are_gone_and_kept_ones_are_whole(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for number in range(5):
        publish(lake, sales(marker=str(number)))
    assert lake.prune(TABLE, keep=2) == [2, 1, 0]
    assert [version.number for version in lake.history(TABLE)] == [4, 3]
    for number in (3, 4):
        assert set(lake.read(TABLE, number).collect()["marker"]) == {str(number)}
        assert set(lake.quarantine(TABLE, number).collect()["marker"]) == {str(number)}
        assert lake.verdict(TABLE, number).rows_in == 18
    with pytest.raises(NotPublished, match=r"no version 2; there are \[4, 3\]"):
        lake.read(TABLE, 2)
    assert count(lake, "tables/**/*.parquet") == count(lake, "quarantine/**/*") == count(lake, "verdicts/**/*") == 2
    assert publish(lake, sales(marker="5")).number == 5


def test_parts_of_pruned_versions_that_still_live_are_kept(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for week in range(1, 6):
        publish(lake, sales(range(week, week + 1)), partition=Partition("week", week, week), fingerprint=f"{week}")
    publish(lake, sales(range(1, 2), marker="new"), partition=Partition("week", 1, 1), fingerprint="new")
    rows, quarantined = lines(lake.read(TABLE)), lines(lake.quarantine(TABLE))
    lake.prune(TABLE, keep=1)
    assert (lines(lake.read(TABLE)), lines(lake.quarantine(TABLE))) == (rows, quarantined)
    assert len(rows) == 25 and len(quarantined) == 5
    assert lake.verdict(TABLE, partition=Partition("week", 3, 3)).rows_in == 6
    assert lake.fingerprint(TABLE, Partition("week", 1, 1)) == "new"
    assert count(lake, "tables/**/*.parquet") == count(lake, "quarantine/**/*") == count(lake, "verdicts/**/*") == 5


def test_pruning_less_than_there_is_does_nothing(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    publish(lake, sales())
    assert lake.prune(TABLE) == [] and lake.prune("raw/never") == []
    assert lines(lake.read(TABLE))


def test_pruning_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one version"):
        Lake(tmp_path).prune(TABLE, keep=0)


def test_a_table_inside_another_one_is_not_swept(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    publish(lake, sales(marker="inner"), table="raw/sales")
    for number in range(3):
        publish(lake, sales(marker=str(number)), table="raw")
    lake.prune("raw", keep=1)
    assert set(lake.read("raw/sales").collect()["marker"]) == {"inner"}
    assert set(lake.quarantine("raw/sales").collect()["marker"]) == {"inner"}
    assert lake.verdict("raw/sales").contract == "raw/sales"


def test_a_prune_that_died_is_finished_by_the_next_publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = Lake(tmp_path)
    for number in range(4):
        publish(lake, sales(marker=str(number)))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("ecrec_assets.lake.prune._sweep", die)
        with pytest.raises(KeyboardInterrupt):
            lake.prune(TABLE, keep=1)
    assert [version.number for version in lake.history(TABLE)] == [3]
    assert count(lake, "tables/**/*.parquet") == 4
    publish(lake, sales(marker="4"))
    assert count(lake, "tables/**/*.parquet") == 2 and len(lake.history(TABLE)) == 2
