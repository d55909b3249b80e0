"""Writers of one table wait for each other; readers wait for nobody."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from pathlib import Path

import pytest

from ecrec_assets.lake.locks import Hold, exclusive, is_held
from ecrec_assets.lake.places import Places
from ecrec_assets.lake.store import Lake
from ecrec_assets.lake.version import Partition
from tests.lake.audits import TABLE, lines, publish, sales

PUBLISHES = 6


def publish_often(root: Path, week: int) -> None:
    for number in range(PUBLISHES):
        frame = sales(range(week, week + 1), marker=f"{week}:{number}")
        publish(Lake(root), frame, partition=Partition("week", week, week), fingerprint=f"{week}:{number}")


def replace_often(root: Path, name: int) -> None:
    for number in range(PUBLISHES):
        publish(Lake(root), sales(marker=f"{name}:{number}"))


def run_two(target, root: Path, lake: Lake) -> list[list[str]]:
    """Two writers at work, and what this reader saw meanwhile: the markers at each look."""
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=target, args=(root, number)) for number in (1, 2)]
    for writer in writers:
        writer.start()
    seen = []
    while any(writer.is_alive() for writer in writers):
        version = lake.require(TABLE)
        rows = lake.read(TABLE, version.number).collect()
        assert rows.height == version.rows
        assert lake.quarantine(TABLE, version.number).collect().height == version.rows_quarantined
        seen.append(sorted(set(rows["marker"])))
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    return seen


def test_two_processes_that_publish_different_weeks_lose_nothing(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    publish(lake, sales(), partition=Partition("week", 1, 3))
    seen = run_two(publish_often, tmp_path, lake)
    versions = lake.history(TABLE)
    assert [version.number for version in versions] == list(range(2 * PUBLISHES, -1, -1))
    assert sorted(set(lake.read(TABLE).collect()["marker"])) == [f"1:{PUBLISHES - 1}", f"2:{PUBLISHES - 1}", "old"]
    assert sorted(lines(lake.quarantine(TABLE))) == [f"1-0 1:{PUBLISHES - 1}", f"2-0 2:{PUBLISHES - 1}", "3-0 old"]
    assert len({tuple(markers) for markers in seen}) > 1


def test_two_processes_that_publish_the_same_table_take_turns(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    publish(lake, sales())
    assert all(len(markers) == 1 for markers in run_two(replace_often, tmp_path, lake))
    versions = lake.history(TABLE)
    assert len(versions) == 2 * PUBLISHES + 1
    for version in versions:
        assert len(set(lake.read(TABLE, version.number).collect()["marker"])) == 1


def test_a_writer_waits_for_another_one_and_readers_do_not(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    publish(lake, sales())
    with ThreadPoolExecutor(1) as pool:
        with exclusive(Places(lake.root, TABLE).publish_lock):
            waiting = pool.submit(publish, lake, sales(marker="new"))
            with pytest.raises(NotYet):
                waiting.result(timeout=0.3)
            assert lake.require(TABLE).number == 0 and lines(lake.read(TABLE)) and lake.verdict(TABLE)
            assert publish(lake, sales(), table="raw/other").number == 0
        assert waiting.result(timeout=30).number == 1


def test_a_hold_ends_when_it_is_released_or_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "hold"
    hold = Hold(path)
    assert is_held(path)
    with pytest.raises(BlockingIOError):
        Hold(path, wait=False)
    hold.release()
    assert not is_held(path)
    hold = Hold(path)
    del hold
    assert not is_held(path)
