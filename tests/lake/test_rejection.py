from __future__ import annotations

from pathlib import Path

import pytest

from ecrec_assets.lake.errors import NotPublished
from ecrec_assets.lake.store import Lake
from tests.lake.audits import TABLE, audited, lines, publish, sales


def reject(lake: Lake, marker: str) -> Path:
    candidate = lake.stage(TABLE, sales(marker=marker))
    return lake.reject(candidate, audited(candidate, passed=False))


def test_a_rejected_candidate_leaves_the_published_version_readable(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    version = publish(lake, sales())
    reject(lake, "bad")
    assert lake.current(TABLE) == version and len(lake.history(TABLE)) == 1
    assert set(lake.read(TABLE).collect()["marker"]) == {"old"}
    assert set(lake.quarantine(TABLE).collect()["marker"]) == {"old"}


def test_a_rejected_candidate_can_be_inspected(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    path = reject(lake, "bad")
    rejected = lake.rejected(TABLE)
    assert rejected and rejected.path == path
    assert lines(rejected.frame) == lines(sales(marker="bad"))
    assert lines(rejected.failing) == ["1-0 bad", "2-0 bad", "3-0 bad"]
    assert rejected.failing.collect()["_failed_rules"].to_list() == [["price_is_positive"]] * 3
    assert not rejected.verdict.passed and set(rejected.failing.collect()["_verdict_id"]) == {rejected.verdict.id}


def test_a_table_with_only_rejected_candidates_is_not_published_and_says_where_they_are(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    path = reject(lake, "bad")
    with pytest.raises(NotPublished, match=str(path.parent)):
        lake.read(TABLE)
    assert lake.tables() == []


def test_the_last_three_rejected_candidates_are_kept(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    paths = [reject(lake, f"bad {number}") for number in range(5)]
    assert [path.exists() for path in paths] == [False, False, True, True, True]
    rejected = lake.rejected(TABLE)
    assert rejected and set(rejected.frame.collect()["marker"]) == {"bad 4"}


def test_a_publish_leaves_rejected_candidates_alone(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    assert lake.rejected(TABLE) is None
    reject(lake, "bad")
    publish(lake, sales())
    lake.prune(TABLE, keep=1)
    assert lake.rejected(TABLE)


def test_a_rejected_candidate_that_is_half_removed_is_passed_over_and_cleared(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    paths = [reject(lake, f"bad {number}") for number in range(2)]
    (paths[1] / "verdict.json").unlink()
    rejected = lake.rejected(TABLE)
    assert rejected and rejected.path == paths[0]
    for number in range(2, 5):
        reject(lake, f"bad {number}")
    assert not paths[0].exists() and not paths[1].exists()
