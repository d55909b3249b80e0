from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ecrec_assets.lake.errors import NotPublishable, NotPublished
from ecrec_assets.lake.store import Lake
from ecrec_assets.verdict import Audit, Split
from tests.lake.audits import NEGATIVE, NOTHING, TABLE, audited, lines, publish, sales

ORIGIN = {"inputs": {}, "fingerprint": "print", "run_id": "run"}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def files_below(path: Path) -> list[Path]:
    return [found for found in path.rglob("*") if found.is_file()]


def test_making_a_lake_touches_nothing(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    assert lake.tables() == [] and lake.current(TABLE) is None and lake.history(TABLE) == []
    assert not lake.root.exists()


def test_clean_rows_are_read_and_the_others_are_in_quarantine(lake: Lake) -> None:
    version = publish(lake, sales())
    assert_frame_equal(
        lake.read(TABLE).collect(), sales().filter(~NEGATIVE).collect(), check_row_order=False, check_column_order=True
    )
    quarantine = lake.quarantine(TABLE).collect()
    assert sorted(quarantine["line"]) == ["1-0", "2-0", "3-0"]
    assert quarantine["_failed_rules"].to_list() == [["price_is_positive"]] * 3
    assert quarantine.select("_contract_version", "_verdict_id", "_run_id").unique().rows() == [
        ("1.0.0", version.verdict_id, "run")
    ]
    assert (version.rows, version.rows_quarantined) == (15, 3)


def test_a_version_says_what_it_was_made_from(lake: Lake) -> None:
    publish(lake, sales())
    version = publish(lake, sales(marker="new"), fingerprint="other", version="2.0.0")
    verdict = lake.verdict(TABLE)
    assert version == lake.current(TABLE) == lake.history(TABLE)[0]
    assert (version.table, version.number, version.partition) == (TABLE, 1, None)
    assert (version.inputs, version.run_id, version.fingerprint) == ({"raw/products": 4}, "run", "other")
    assert (version.contract_version, version.contract_hash) == ("2.0.0", "hash of 2.0.0")
    assert verdict.id == version.verdict_id and verdict.rows_in == version.rows + version.rows_quarantined
    assert abs(version.published_at - datetime.now(UTC)) < timedelta(minutes=5)
    assert lake.fingerprint(TABLE) == "other"


def test_old_versions_stay_readable_with_their_quarantine_and_verdict(lake: Lake) -> None:
    old = publish(lake, sales(range(1, 2)))
    new = publish(lake, sales(marker="new"))
    assert [version.number for version in lake.history(TABLE)] == [1, 0]
    assert lines(lake.read(TABLE, version=0)) == [f"1-{line} old" for line in range(1, 6)]
    assert lines(lake.quarantine(TABLE, version=0)) == ["1-0 old"]
    assert lake.verdict(TABLE, version=0).id == old.verdict_id != new.verdict_id
    assert lines(lake.quarantine(TABLE)) == ["1-0 new", "2-0 new", "3-0 new"]


def test_a_frame_that_was_read_does_not_change_with_a_later_publish(lake: Lake) -> None:
    publish(lake, sales())
    pinned = lake.read(TABLE)
    publish(lake, sales(marker="new"))
    assert set(pinned.collect()["marker"]) == {"old"}


def test_a_table_that_was_never_published_says_how_to_get_it(lake: Lake) -> None:
    for ask in (lake.read, lake.require, lake.quarantine, lake.verdict):
        with pytest.raises(NotPublished, match=r"raw/sales has never been published\. Run the job .*ecrec run"):
            ask(TABLE)


def test_a_version_that_is_not_there_names_those_that_are(lake: Lake) -> None:
    publish(lake, sales())
    with pytest.raises(NotPublished, match=r"raw/sales has no version 7; there are \[0\]"):
        lake.read(TABLE, version=7)


def test_a_staged_candidate_cannot_be_read(lake: Lake) -> None:
    candidate = lake.stage(TABLE, sales())
    assert candidate.rows == 18 and lake.tables() == []
    with pytest.raises(NotPublished):
        lake.read(TABLE)
    assert lines(candidate.frame) == lines(sales())


def test_a_candidate_is_computed_once(lake: Lake) -> None:
    computed = []
    frame = sales().map_batches(lambda batch: computed.append(batch.height) or batch, schema=sales().collect_schema())
    publish(lake, frame)
    assert sum(computed) == 18


def test_a_frame_that_cannot_be_computed_leaves_nothing(lake: Lake) -> None:
    publish(lake, sales())
    with pytest.raises(pl.exceptions.ColumnNotFoundError):
        lake.stage(TABLE, sales().select("colour"))
    assert files_below(lake.root / "staging") == [] and lines(lake.read(TABLE))


def test_a_failed_verdict_is_refused_with_its_reasons(lake: Lake) -> None:
    publish(lake, sales())
    candidate = lake.stage(TABLE, sales(marker="new"))
    with pytest.raises(NotPublishable) as refusal:
        lake.publish(candidate, audited(candidate, passed=False), **ORIGIN)
    assert str(refusal.value) == (
        "raw/sales@1.0.0: 3 rows fail 'price_is_positive' (16.67%), limit: at least 0, 80 % of rows. "
        "The published version 0 is unchanged."
    )
    assert lake.require(TABLE).number == 0 and set(lake.read(TABLE).collect()["marker"]) == {"old"}


def test_the_verdict_of_another_candidate_is_refused(lake: Lake) -> None:
    candidate, other = lake.stage(TABLE, sales()), lake.stage(TABLE, sales(range(1, 2)))
    with pytest.raises(NotPublishable, match="saw 6 rows, the candidate has 18"):
        lake.publish(candidate, audited(other), **ORIGIN)


def test_the_verdict_of_another_contract_is_refused(lake: Lake) -> None:
    candidate = lake.stage(TABLE, sales())
    verdict, split = audited(candidate)
    with pytest.raises(NotPublishable, match="is one of raw/prices"):
        lake.publish(candidate, Audit(replace(verdict, contract="raw/prices"), split), **ORIGIN)


def test_a_verdict_publishes_once(lake: Lake) -> None:
    candidate = lake.stage(TABLE, sales())
    audit = audited(candidate)
    lake.publish(candidate, audit, **ORIGIN)
    again = lake.stage(TABLE, sales())
    with pytest.raises(NotPublishable, match="is published already"):
        lake.publish(again, audit, **ORIGIN)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda split: Split(split.clean.head(14), split.quarantined),
        lambda split: Split(pl.concat([split.clean, split.clean.head(1)]), split.quarantined),
        lambda split: Split(split.clean, split.quarantined.head(2)),
        lambda split: Split(split.clean, pl.concat([split.quarantined, split.quarantined.head(1)])),
        lambda split: Split(split.clean.head(0), split.quarantined),
        lambda split: Split(
            pl.concat([split.clean, split.quarantined.head(1).drop("_failed_rules")]), split.quarantined.slice(1)
        ),
    ],
    ids=[
        "a clean row lost",
        "a clean row twice",
        "a failing row lost",
        "a failing row twice",
        "all clean rows lost",
        "a failing row among the clean",
    ],
)
def test_rows_that_do_not_add_up_are_not_published(lake: Lake, tamper) -> None:
    publish(lake, sales())
    candidate = lake.stage(TABLE, sales(marker="new"))
    verdict, split = audited(candidate)
    with pytest.raises(NotPublishable, match="rows in are not rows out"):
        lake.publish(candidate, Audit(verdict, tamper(split)), **ORIGIN)
    assert lake.require(TABLE).number == 0 and set(lake.read(TABLE).collect()["marker"]) == {"old"}
    assert publish(lake, sales(marker="newer")).number == 1
    assert len(files_below(lake.root / "quarantine")) == len(files_below(lake.root / "verdicts")) == 2


def test_clean_rows_may_lack_a_column_of_the_candidate_but_not_have_another(lake: Lake) -> None:
    candidate = lake.stage(TABLE, sales())
    verdict, split = audited(candidate)
    with pytest.raises(NotPublishable, match="columns the candidate has not"):
        lake.publish(candidate, Audit(verdict, Split(split.clean.with_columns(x=1), split.quarantined)), **ORIGIN)
    lake.publish(candidate, Audit(verdict, Split(split.clean.drop("price"), split.quarantined)), **ORIGIN)
    assert lake.read(TABLE).collect_schema().names() == ["line", "week", "marker"]


def test_rows_turned_away_before_the_gate_are_quarantined_too(lake: Lake) -> None:
    torn = pl.LazyFrame({"line": ["torn"], "raw": ["1;;x"], "_failed_rules": [["line_is_readable"]]})
    candidate = lake.stage(TABLE, sales(), rejected=torn)
    version = lake.publish(candidate, audited(candidate), **ORIGIN)
    assert (version.rows, version.rows_quarantined) == (15, 4)
    assert lake.quarantine(TABLE).filter(line="torn").select("raw", "_failed_rules", "_run_id").collect().rows() == [
        ("1;;x", ["line_is_readable"], "run")
    ]


def test_rows_turned_away_without_a_reason_are_not_staged(lake: Lake) -> None:
    with pytest.raises(ValueError, match="_failed_rules"):
        lake.stage(TABLE, sales(), rejected=sales())


def test_an_empty_quarantine_can_be_read(lake: Lake) -> None:
    publish(lake, sales(), NOTHING)
    assert lake.quarantine(TABLE).collect().is_empty()
    assert "_failed_rules" in lake.quarantine(TABLE).collect_schema()


def test_an_empty_table_can_be_published(lake: Lake) -> None:
    version = publish(lake, sales(range(0)))
    assert version.rows == 0 and lake.read(TABLE).collect().schema == sales().collect_schema()


def test_a_table_whose_every_row_is_quarantined_can_be_published(lake: Lake) -> None:
    version = publish(lake, sales(), pl.lit(True))
    assert (version.rows, version.rows_quarantined) == (0, 18) and lake.read(TABLE).collect().is_empty()


def test_after_a_publish_nothing_is_left_in_staging(lake: Lake) -> None:
    publish(lake, sales())
    assert files_below(lake.root / "staging") == []


def test_candidates_given_up_are_cleared_by_the_next_publish_and_live_ones_are_not(lake: Lake) -> None:
    given_up = lake.stage(TABLE, sales())
    folder = given_up.path
    del given_up
    living = lake.stage(TABLE, sales())
    publish(lake, sales())
    assert not folder.exists() and lines(living.frame) == lines(sales())


def test_tables_are_listed_by_name(lake: Lake) -> None:
    for table in ("raw/sales", "features/pair", "raw"):
        publish(lake, sales(), table=table)
    lake.stage("raw/never", sales())
    assert lake.tables() == ["features/pair", "raw", "raw/sales"]


@pytest.mark.parametrize("name", ["", "/raw", "raw/", "raw//sales", "../raw", "raw/../x", "raw sales", "raw\x00"])
def test_a_name_that_leads_out_of_the_lake_is_refused(lake: Lake, name: str) -> None:
    with pytest.raises(ValueError, match="is not a table name"):
        lake.read(name)


def test_a_commit_that_no_publish_made_is_no_version(lake: Lake) -> None:
    from deltalake import DeltaTable

    publish(lake, sales())
    DeltaTable(lake.root / "tables" / TABLE).delete()
    assert lake.require(TABLE).number == 0 and lake.read(TABLE).collect().height == 15
    assert publish(lake, sales(marker="new")).number == 2
    assert [version.number for version in lake.history(TABLE)] == [2, 0]


@pytest.mark.slow
def test_history_outlives_the_checkpoints_of_the_log(lake: Lake) -> None:
    for number in range(205):
        assert publish(lake, sales(range(1, 2), marker=str(number))).number == number
    assert list((lake.root / "tables" / TABLE / "_delta_log").glob("*.checkpoint.parquet"))
    assert len(lake.history(TABLE)) == 205
    for number in (0, 99, 100, 101, 204):
        assert set(lake.read(TABLE, version=number).collect()["marker"]) == {str(number)}
