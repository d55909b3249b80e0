from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ecrec_assets.lake.errors import NotPublishable, NotPublished
from ecrec_assets.lake.store import Lake
from ecrec_assets.lake.version import Partition
from tests.lake.audits import NEGATIVE, TABLE, lines, publish, sales


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


def week(first: int, last: int | None = None) -> Partition:
    return Partition("week", first, last or first)


def test_a_week_replaces_its_rows_and_its_quarantine_and_nothing_else(lake: Lake) -> None:
    publish(lake, sales(), partition=week(1, 3), fingerprint="all")
    version = publish(lake, sales(range(2, 3), marker="new"), pl.col("price") > 4, partition=week(2), fingerprint="two")
    assert lines(lake.quarantine(TABLE)) == ["1-0 old", "2-5 new", "3-0 old"]
    new = lake.read(TABLE).filter(marker="new").collect()
    assert sorted(new["line"]) == ["2-0", "2-1", "2-2", "2-3", "2-4"]
    assert lake.read(TABLE).filter(marker="old").collect()["week"].unique().sort().to_list() == [1, 3]
    assert (version.rows, version.rows_quarantined, version.partition) == (15, 3, week(2))
    assert lines(lake.quarantine(TABLE, version=0)) == ["1-0 old", "2-0 old", "3-0 old"]


def test_each_week_keeps_its_own_fingerprint_and_verdict(lake: Lake) -> None:
    first = publish(lake, sales(), partition=week(1, 3), fingerprint="all")
    second = publish(lake, sales(range(2, 3)), partition=week(2), fingerprint="two")
    assert [lake.fingerprint(TABLE, week(number)) for number in (1, 2, 3, 4)] == ["all", "two", "all", None]
    assert lake.fingerprint(TABLE, week(1, 3)) is None and lake.fingerprint(TABLE) is None
    assert lake.fingerprint(TABLE, Partition("line", 1, 1)) is None
    assert lake.verdict(TABLE, partition=week(1)).id == first.verdict_id
    assert lake.verdict(TABLE, partition=week(1, 3)).id == lake.verdict(TABLE).id == second.verdict_id
    with pytest.raises(NotPublished, match="has no week 4"):
        lake.verdict(TABLE, partition=week(4))


def test_a_week_without_rows_is_published_too(lake: Lake) -> None:
    publish(lake, sales(), partition=week(1, 4), fingerprint="all")
    assert lake.fingerprint(TABLE, week(4)) == "all"
    version = publish(lake, sales(range(0)), partition=week(2), fingerprint="gone")
    assert version.rows == 10 and lake.fingerprint(TABLE, week(2)) == "gone"
    assert lake.read(TABLE).collect()["week"].unique().sort().to_list() == [1, 3]


def test_a_quarantined_row_without_a_week_counts_for_the_first_week_of_its_publish(lake: Lake) -> None:
    adrift = sales(range(1, 2)).head(1).with_columns(week=pl.lit(None, dtype=pl.Int64), line=pl.lit("adrift"))
    bad = NEGATIVE | pl.col("week").is_null()
    assert publish(lake, pl.concat([sales(), adrift]), bad, partition=week(1, 3)).rows_quarantined == 4
    assert "adrift old" in lines(lake.quarantine(TABLE))
    publish(lake, sales(range(3, 4)), partition=week(3))
    assert "adrift old" in lines(lake.quarantine(TABLE))
    publish(lake, sales(range(1, 2)), partition=week(1))
    assert lines(lake.quarantine(TABLE)) == ["1-0 old", "2-0 old", "3-0 old"]


def test_clean_rows_of_another_week_are_refused(lake: Lake) -> None:
    publish(lake, sales(), partition=week(1, 3))
    for stray in (sales(range(1, 3)), sales(range(2, 3)).with_columns(week=pl.lit(None, dtype=pl.Int64))):
        with pytest.raises(NotPublishable, match="rows in are not rows out"):
            publish(lake, stray, partition=week(2))
    assert lake.require(TABLE).number == 0 and lake.read(TABLE).collect().height == 15


def test_a_week_with_other_columns_is_refused_but_all_weeks_together_are_taken(lake: Lake) -> None:
    publish(lake, sales(), partition=week(1, 3))
    wider = sales().with_columns(discount=pl.lit(0.1))
    with pytest.raises(NotPublishable, match=r"week 2 has other columns than version 0 \(discount\)"):
        publish(lake, wider.filter(week=2), partition=week(2))
    publish(lake, wider, partition=week(1, 3), version="2.0.0")
    assert "discount" in lake.read(TABLE).collect_schema() and "discount" not in lake.read(TABLE, 0).collect_schema()
    assert lines(lake.read(TABLE)) == lines(lake.read(TABLE, 0))


def test_a_whole_table_with_other_columns_leaves_old_versions_readable(lake: Lake) -> None:
    publish(lake, sales())
    publish(lake, sales().with_columns(week=pl.col("week").cast(pl.String), extra=1).drop("marker"))
    assert lake.read(TABLE).collect_schema().names() == ["line", "week", "price", "extra"]
    assert_frame_equal(lake.read(TABLE, 0).collect(), sales().filter(~NEGATIVE).collect(), check_row_order=False)


def test_a_week_cannot_take_the_place_of_a_table_in_one_piece_but_all_weeks_can(lake: Lake) -> None:
    publish(lake, sales())
    with pytest.raises(NotPublishable, match="not parted by week, so week 2 cannot take"):
        publish(lake, sales(range(2, 3)), partition=week(2))
    assert publish(lake, sales(marker="new"), partition=week(1, 3)).rows == 15
    assert publish(lake, sales(range(2, 3), marker="newer"), partition=week(2)).rows == 15
    assert set(lake.read(TABLE).collect()["marker"]) == {"new", "newer"}


def test_a_table_in_one_piece_replaces_all_weeks(lake: Lake) -> None:
    publish(lake, sales(), partition=week(1, 3))
    version = publish(lake, sales(range(1, 2)))
    assert (version.rows, version.rows_quarantined) == (5, 1) and lake.fingerprint(TABLE) == "print"
    assert lines(lake.quarantine(TABLE)) == ["1-0 old"]


def test_a_table_that_another_hand_has_changed_takes_no_single_week(lake: Lake) -> None:
    from deltalake import DeltaTable

    publish(lake, sales(), partition=week(1, 3))
    DeltaTable(lake.root / "tables" / TABLE).delete('"week" = 3')
    with pytest.raises(NotPublishable, match="something else than a publish has changed the table"):
        publish(lake, sales(range(2, 3)), partition=week(2))
    assert publish(lake, sales(), partition=week(1, 3)).rows == 15


@pytest.mark.parametrize("column", ["line", "price", "colour"])
def test_a_table_is_parted_by_whole_numbers_only(lake: Lake, column: str) -> None:
    with pytest.raises(NotPublishable, match=f"no column of whole numbers '{column}'"):
        publish(lake, sales(), partition=Partition(column, 1, 2))


def test_a_partition_that_is_empty_or_no_column_is_refused() -> None:
    with pytest.raises(ValueError, match="from 3 to 2 is empty"):
        Partition("week", 3, 2)
    with pytest.raises(ValueError, match="cannot partition a table"):
        Partition("week = 1 OR 1", 1, 1)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(1, 6)), again=st.sets(st.integers(1, 5), max_size=2), data=st.data())
def test_a_backfill_week_by_week_gives_what_one_full_load_gives(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], again: set[int], data: st.DataObject
) -> None:
    prices = st.one_of(st.none(), st.floats(-5, 5, allow_nan=False))
    rows = [
        {"line": f"{number}-{line}", "week": number, "price": data.draw(prices), "marker": "same"}
        for number in range(1, 6)
        for line in range(data.draw(st.integers(0, 4)))
    ]
    frame = pl.LazyFrame(rows, schema=sales().collect_schema())
    lake = Lake(tmp_path_factory.mktemp("lake"))
    full = publish(lake, frame, partition=week(1, 5), table="full")
    for number in [*order, *again]:
        piece = publish(lake, frame.filter(week=number), partition=week(number), table="weekly")
    assert lines(lake.read("weekly")) == lines(lake.read("full"))
    assert lines(lake.quarantine("weekly")) == lines(lake.quarantine("full"))
    assert (piece.rows, piece.rows_quarantined) == (full.rows, full.rows_quarantined)
    assert [part[3:] for part in piece.parts] == [part[3:] for part in full.parts]
    assert piece.rows == lake.read("weekly").collect().height
    assert lake.fingerprint("weekly", week(1, 5)) == "print"
