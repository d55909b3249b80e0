import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrec_assets.lake.errors import NotPublishable
from ecrec_assets.lake.publish import POINTS
from ecrec_assets.lake.row_text import digest_of, frame_of, text_of, texts_of
from ecrec_assets.lake.store import Lake
from ecrec_assets.lake.version import Partition
from tests.lake.audits import TABLE, audited, lines, publish, sales
from tests.lake.dying import ALL, Dying
from tests.lake.replays import decide, replay

# Every week of `sales` has one bad line, `<week>-0`, with the price -0.5.


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def prices(lake: Lake) -> dict[str, float]:
    return dict(lake.read(TABLE).select("line", "price").collect().iter_rows())


def kept(lake: Lake) -> list[str]:
    return sorted(lake.quarantine(TABLE).collect()["line"])


@pytest.fixture(params=[None, ALL], ids=["in one piece", "by week"])
def partition(request: pytest.FixtureRequest) -> Partition | None:
    return request.param


def test_a_mended_row_leaves_quarantine_and_every_other_row_stays(lake: Lake, partition: Partition | None) -> None:
    publish(lake, sales(), partition=partition)
    before = prices(lake)
    (version,) = replay(lake, decide(lake, l1_0=4.0))
    assert prices(lake) == {**before, "1-0": 4.0}
    assert kept(lake) == ["2-0", "3-0"]
    assert (version.rows, version.rows_quarantined, version.mend_count) == (16, 2, (1, 0))


def test_a_dropped_row_is_in_no_table_and_is_counted(lake: Lake, partition: Partition | None) -> None:
    publish(lake, sales(), partition=partition)
    (version,) = replay(lake, decide(lake, drop=("2-0",)))
    assert "2-0" not in prices(lake) and kept(lake) == ["1-0", "3-0"]
    assert version.rows + version.rows_quarantined + version.mend_count.dropped == 18


def test_a_later_computation_from_the_same_source_mends_the_row_again(lake: Lake, partition: Partition | None) -> None:
    publish(lake, sales(), partition=partition)
    replay(lake, decide(lake, l1_0=4.0, drop=("2-0",)))
    after = prices(lake)
    version = publish(lake, sales(), partition=partition)
    assert prices(lake) == after and kept(lake) == ["3-0"]
    assert version.mend_count == (1, 1)


def test_a_row_that_the_source_delivers_mended_is_left_alone(lake: Lake) -> None:
    publish(lake, sales())
    replay(lake, decide(lake, l1_0=4.0))
    mended_otherwise = sales().with_columns(price=pl.when(pl.col("line") == "1-0").then(7.0).otherwise("price"))
    version = publish(lake, mended_otherwise)
    assert prices(lake)["1-0"] == 7.0
    assert version.mend_count == (0, 0)


def test_new_records_make_a_table_compute_again_and_a_replay_settles_it(
    lake: Lake, partition: Partition | None
) -> None:
    publish(lake, sales(), partition=partition, fingerprint="made of this")
    assert lake.fingerprint(TABLE) == "made of this"
    replay(lake, decide(lake, l1_0=4.0))
    assert lake.fingerprint(TABLE) == "made of this"
    lake.forget_mends(TABLE, list(lake.mends(TABLE)))
    assert lake.fingerprint(TABLE) is None
    publish(lake, sales(), partition=partition, fingerprint="made of this")
    assert lake.fingerprint(TABLE) == "made of this" and kept(lake) == ["1-0", "2-0", "3-0"]


def test_only_the_partitions_of_the_mended_rows_are_published_anew(lake: Lake) -> None:
    for week in (1, 2, 3):
        publish(lake, sales(range(week, week + 1)), partition=Partition("week", week, week), fingerprint=f"week {week}")
    before = lake.require(TABLE)
    (version,) = replay(lake, decide(lake, l2_0=4.0))
    assert version.partition == Partition("week", 2, 2)
    assert [part.value for part in version.parts if part not in before.parts] == [2]
    assert [lake.fingerprint(TABLE, Partition("week", week, week)) for week in (1, 2, 3)] == [
        "week 1",
        "week 2",
        "week 3",
    ]


def test_a_row_that_still_fails_stays_in_quarantine_as_it_was_mended_and_can_be_mended_once_more(lake: Lake) -> None:
    publish(lake, sales())
    replay(lake, decide(lake, l1_0=-9.0))
    assert kept(lake) == ["1-0", "2-0", "3-0"]
    (again,) = decide(lake, l1_0=9.0).values()
    first = lake.mends(TABLE)[again.id]
    assert first.original != again.original, "what lies in quarantine is the mended row"
    version = replay(lake, {again.id: replace(again, original=first.original)})[-1]
    assert prices(lake)["1-0"] == 9.0 and version.mend_count == (1, 0)
    publish(lake, sales())
    assert prices(lake)["1-0"] == 9.0, "the record leads from the source's row to the last decision"


def test_of_identical_rows_only_the_chosen_one_is_dropped(lake: Lake) -> None:
    twice = pl.concat([sales(), sales().filter(pl.col("line") == "1-3"), sales().filter(pl.col("line") == "1-3")])

    surplus = ~pl.col("line").is_first_distinct()

    def publish_with_surplus() -> None:
        candidate = lake.stage(TABLE, twice)
        lake.publish(
            candidate, audited(candidate, ~pl.col("line").is_first_distinct()), inputs={}, fingerprint="", run_id=""
        )

    publish_with_surplus()
    ids = lake.kept_out(TABLE)["_row_id"].to_list()
    assert [id_[20:] for id_ in ids] == ["-1", "-2"], "the published one is the first"
    (first, second) = decide(lake, drop=("1-3",)).values()
    replay(lake, {second.id: second}, surplus)
    assert lines(lake.read(TABLE)).count("1-3 old") == 1 and kept(lake) == ["1-3"]
    publish_with_surplus()
    assert lines(lake.read(TABLE)).count("1-3 old") == 1 and kept(lake) == ["1-3"]
    assert first.id in lake.kept_out(TABLE)["_row_id"].to_list()


def test_a_replay_of_rows_that_were_published_anew_meanwhile_is_refused(lake: Lake) -> None:
    publish(lake, sales())
    decided, (unit,) = decide(lake, l1_0=4.0), lake.replay_units(TABLE)
    candidate = lake.stage_replay(TABLE, unit, lake.kept_out(TABLE), decided)
    publish(lake, sales(marker="new"))
    with pytest.raises(NotPublishable, match="replay again"):
        lake.publish(
            candidate, audited(candidate), inputs={}, fingerprint="", run_id="", decided=decided, based_on=unit.version
        )
    assert lake.mends(TABLE) == {} and prices(lake)["1-1"] == 0.5


def test_a_publish_that_fails_keeps_no_record(lake: Lake) -> None:
    publish(lake, sales())
    decided, (unit,) = decide(lake, l1_0=4.0), lake.replay_units(TABLE)
    candidate = lake.stage_replay(TABLE, unit, lake.kept_out(TABLE), decided)
    audit = audited(candidate)
    fewer = audit._replace(split=audit.split._replace(clean=audit.split.clean.head(3)))
    with pytest.raises(NotPublishable, match="rows in are not rows out"):
        lake.publish(candidate, fewer, inputs={}, fingerprint="", run_id="", decided=decided, based_on=unit.version)
    assert lake.mends(TABLE) == {} and lake.require(TABLE).number == 0


def test_a_record_whose_column_was_retyped_does_nothing(lake: Lake) -> None:
    publish(lake, sales())
    replay(lake, decide(lake, l1_0=4.0))
    version = publish(lake, sales().with_columns(week=pl.lit("one")))
    assert version.mend_count == (0, 0) and kept(lake) == ["1-0", "2-0", "3-0"]


@pytest.fixture(scope="module")
def dying() -> Iterator[Dying]:
    with Dying("tests.lake.replays") as process:
        yield process


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("by_week", [False, True], ids=["in one piece", "by week"])
def test_a_killed_replay_leaves_the_last_good_version_and_a_second_one_completes(
    point: str, by_week: bool, dying: Dying, tmp_path: Path
) -> None:
    root = tmp_path / "lake"
    publish(Lake(root), sales(), partition=ALL if by_week else None, fingerprint="old")
    shutil.copytree(root, tmp_path / "whole")
    replay(Lake(tmp_path / "whole"), decide(Lake(tmp_path / "whole"), l1_0=4.0, drop=("2-0",)))
    old, new = prices(Lake(root)), prices(Lake(tmp_path / "whole"))
    assert dying.publish(root, point, whole=not by_week) == -9
    lake = Lake(root)
    is_out = POINTS.index(point) >= POINTS.index("committed")
    assert prices(lake) == (new if is_out else old)
    replay(lake, decide(lake, l1_0=4.0, drop=("2-0",)))
    assert prices(lake) == new and kept(lake) == ["3-0"]
    assert lake.require(TABLE).mend_count == (1, 1)
    assert sorted(lake.mends(TABLE)) == sorted(Lake(tmp_path / "whole").mends(TABLE))
    assert lake.fingerprint(TABLE) == "old"


SCHEMA = {
    "whole": pl.Int64(),
    "real": pl.Float64(),
    "text": pl.String(),
    "truth": pl.Boolean(),
    "day": pl.Date(),
    "moment": pl.Datetime("us"),
    "zoned": pl.Datetime("us", "UTC"),
    "money": pl.Decimal(20, 4),
    "words": pl.List(pl.String()),
    "vector": pl.List(pl.Float32()),
    "bytes": pl.Binary(),
}
VALUES = {
    "whole": st.integers(-(2**63), 2**63 - 1),
    "real": st.floats(),
    "text": st.text(st.characters(exclude_categories=("Cs",))),
    "truth": st.booleans(),
    "day": st.dates(date(1, 1, 1), date(9999, 12, 31)),
    "moment": st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)),
    "zoned": st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),
    "money": st.decimals(-(10**12), 10**12, places=4).map(lambda value: Decimal(value)),
    "words": st.lists(st.one_of(st.none(), st.text(st.characters(exclude_categories=("Cs",)), max_size=4)), max_size=3),
    "vector": st.lists(st.floats(width=32), max_size=3),
    "bytes": st.binary(max_size=5),
}


@given(st.fixed_dictionaries({name: st.one_of(st.none(), value) for name, value in VALUES.items()}))
def test_a_row_comes_back_from_its_text_as_it_was(row: dict[str, object]) -> None:
    frame = pl.DataFrame([row], schema=SCHEMA)
    (text,) = texts_of(frame, list(SCHEMA))
    back = frame_of([text], SCHEMA)
    assert back.equals(frame, null_equal=True)
    assert texts_of(back, list(SCHEMA)) == [text]


def test_the_text_of_a_row_never_changes() -> None:
    row = {"b": 1.0, "a": "ü", "none": None, "t": datetime(2017, 1, 1, 11, 53, 26, 5), "big": 2**53 + 1, "z": -0.0}
    text = '{"a":"ü","b":1.0,"big":9007199254740993,"t":"2017-01-01T11:53:26.000005","z":0.0}'
    assert text_of(row) == text
    assert digest_of(text) == "585162afe4647019c7d2"
