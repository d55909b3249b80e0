from datetime import date
from pathlib import Path

import pytest

from ecrec_assets.components.shop_automation import file_requests
from ecrec_assets.components.shop_jobs import changed_span
from ecrec_assets.lake.version import day_of
from ecrec_assets.shop.load import load_shop
from tests.components.till import Till, failure, line, remarks


@pytest.fixture
def till(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Till:
    return Till(tmp_path / "till", monkeypatch)


def three_days(till: Till) -> None:
    till.deliver("01.csv", [line(1, "a"), line(1, "a"), line(1, "b", "jam")])
    till.deliver("02.csv", [line(2, "c"), line(1, "late")])
    till.deliver("04.csv", [line(4, "d"), line(4, "e", pieces="many")])


def requests(till: Till) -> list[tuple[str, str]]:
    found = [each for each in file_requests(load_shop(till.folder), "lines") if hasattr(each, "tags")]
    return [
        (each.tags["dagster/asset_partition_range_start"][8:], each.tags["dagster/asset_partition_range_end"][8:])
        for each in found
    ]


def test_a_backfill_in_one_run_gives_what_day_by_day_gives(
    till: Till, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_days(till)
    till.run(1, 4)
    whole = till.rows(), till.kept()
    monkeypatch.setenv("ECREC_HOME", str(tmp_path / "daily"))
    till.forget()
    for day in (4, 2, 3, 1, 2):
        till.run(day)
    assert (till.rows(), till.kept()) == whole
    assert whole == (
        ["1 a tea", "1 b jam", "1 late tea", "2 c tea", "4 d tea"],
        ["a no_line_twice", "e values_are_readable"],
    )


def test_late_lines_land_in_their_own_day(till: Till) -> None:
    three_days(till)
    till.run(1)
    assert till.rows() == ["1 a tea", "1 b jam", "1 late tea"]
    till.deliver("05.csv", [line(5, "f"), line(2, "very late")])
    assert requests(till) == [("02", "05")]
    till.run(1, 5)
    assert "2 very late tea" in till.rows()


def test_the_same_lines_sent_again_are_not_there_twice(till: Till) -> None:
    three_days(till)
    till.run(1, 4)
    before = till.rows(), till.kept()
    till.deliver("01 copy.csv", [line(1, "a"), line(1, "a"), line(1, "b", "jam")])
    assert requests(till) == [], "a copy under another name changes nothing"
    till.deliver("01 again.csv", [line(1, "b", "jam"), line(1, "a"), line(1, "new")])
    assert requests(till) == [("01", "01")]
    till.run(1, 4)
    assert till.rows() == sorted([*before[0], "1 new tea"])
    assert till.kept() == before[1], "what one file holds twice stays for the contract to judge"


def test_with_replace_a_newer_file_of_a_day_takes_the_place_of_the_older_one(till: Till) -> None:
    till.deliver("02.csv", [line(2, "c"), line(2, "wrong"), line(1, "late")], age=60)
    till.deliver("02b.csv", [line(2, "c"), line(2, "right"), line(1, "late")])
    till.deliver("03.csv", [line(3, "f"), line(3, "g"), line(2, "late too")], age=30)
    till.run(1, 3)
    assert "2 wrong tea" in till.rows() and "2 right tea" in till.rows(), "merge keeps both"
    till.settle(resend="replace")
    till.run(1, 3)
    assert till.rows() == ["1 late tea", "2 c tea", "2 late too tea", "2 right tea", "3 f tea", "3 g tea"]


def test_a_file_changed_in_place_is_loaded_again_and_only_its_days(till: Till) -> None:
    three_days(till)
    till.run(1, 4)
    assert requests(till) == []
    till.deliver("04.csv", [line(4, "d"), line(4, "mended")], age=-5)
    assert requests(till) == [("04", "04")]
    assert [day_of(number) for number in changed_span(load_shop(till.folder), "lines")] == [date(2020, 3, 4)] * 2
    till.run(4)
    assert till.rows()[-2:] == ["4 d tea", "4 mended tea"] and till.kept() == ["a no_line_twice"]


def test_nothing_changed_publishes_nothing(till: Till) -> None:
    three_days(till)
    till.run(1, 4)
    done = till.run(1, 4)
    assert till.lake.require("raw/lines").number == 0
    assert done.get_asset_materialization_events()[0].materialization.metadata["unchanged"].value is True


def test_a_closed_day_is_no_failure(till: Till) -> None:
    three_days(till)
    done = till.run(3)
    assert till.lake.current("raw/lines") is None
    summary = done.get_asset_materialization_events()[0].materialization.metadata["summary"].value
    assert summary == "no rows of day 2020-03-03 were delivered: nothing to publish"


def test_a_day_whose_lines_are_gone_keeps_what_is_published(till: Till) -> None:
    three_days(till)
    till.run(1, 4)
    (till.folder / "data" / "04.csv").unlink()
    done = till.run(4, check=False)
    assert not done.success and "'has_rows'" in failure(done)
    assert "4 d tea" in till.rows()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"bill,item,pieces,sold\na,t\xe9a,1,2020-03-02 09:00:00\n", "is not UTF-8: byte 25"),
        (b"bill,item,pieces,sold\na,tea,1\n", "line 2 has 3 values where the header has 4"),
        (b"bill,item,amount,sold\na,tea,1,2020-03-02 09:00:00\n", "line 1 has no column 'pieces'"),
        (b"bill,Items,pieces,sold\na,tea,1,2020-03-02 09:00:00\n", "no column 'item'; is it called 'Items' now?"),
        (b"bill,item,pieces,sold,till\na,tea,1,2020-03-02 09:00:00,3\n", "has a column 'till' that the contract does"),
        (b"bill;item;pieces;sold\na;tea;1;2020-03-02 09:00:00\n", "csv: {separator:"),
        (b"", "is empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_stops_no_other_day(till: Till, content: bytes, said: str) -> None:
    three_days(till)
    (till.folder / "data" / "03.csv").write_bytes(content)
    done = till.run(1, 4)
    assert "4 d tea" in till.rows() and "03.csv" in remarks(done) and said in remarks(done)


def test_when_no_file_can_be_read_the_run_fails_with_the_file(till: Till) -> None:
    assert "matches no file" in failure(till.run(1, check=False))
    till.deliver("01.csv", [("a",)], header=("a",))
    assert "01.csv: line 1 has no column 'bill'" in failure(till.run(1, check=False))


def test_lines_of_no_day_there_is_are_told_with_their_file(till: Till) -> None:
    till.deliver(
        "01.csv", [line(1, "a"), ("x", "tea", 1, "2031-01-01 00:00:00"), ("y", "tea", 1, "1999-01-01 00:00:00")]
    )
    told = remarks(till.run(1))
    assert "01.csv: 1 line of 2031-01-01, which is after the last period" in told
    assert "1 line of 1999-01-01, which is before first" in told


def test_a_line_without_a_time_is_kept_out_with_the_day_of_its_file(till: Till) -> None:
    till.deliver("01.csv", [line(1, "a")])
    till.deliver("02.csv", [line(2, "b"), line(2, "c"), ("lost", "tea", 1, "")])
    till.run(1, 2)
    till.run(1)
    assert till.kept() == ["lost sold_is_present"]
    till.deliver("02.csv", [line(2, "b"), line(2, "c")], age=-9)
    till.run(2)
    assert till.kept() == []


def test_separator_and_encoding_can_be_told(till: Till) -> None:
    till.settle(csv="{separator: ';', encoding: cp1252}")
    (till.folder / "data" / "01.csv").write_bytes(
        "bill;item;pieces;sold\na;thé;1;2020-03-01 09:00:00\n".encode("cp1252")
    )
    till.run(1)
    assert till.rows() == ["1 a thé"]


def test_parquet_and_csv_may_lie_side_by_side(till: Till) -> None:
    import polars as pl

    till.settle()
    (till.folder / "ecrec.yaml").write_text((till.folder / "ecrec.yaml").read_text().replace("*.csv", "*"))
    till.deliver("01.csv", [line(1, "a")])
    rows = pl.read_csv(till.folder / "data" / "01.csv", try_parse_dates=True)
    rows.with_columns(pl.col("sold").dt.offset_by("1d").dt.cast_time_unit("us")).write_parquet(
        till.folder / "data" / "02.parquet"
    )
    till.run(1, 2)
    assert till.rows() == ["1 a tea", "2 a tea"]


def test_months_and_weeks_are_periods_too(till: Till) -> None:
    till.deliver("all.csv", [line(1, "a"), line(2, "b"), line(9, "c")])
    for by, first in (("week", "2020-02-24"), ("month", "2020-03-01")):
        text = (till.folder / "ecrec.yaml").read_text()
        for old in ("day", "week"):
            text = text.replace(f"by: {old}", f"by: {by}")
        (till.folder / "ecrec.yaml").write_text(text)
        till.forget()
        assert day_of(changed_span(load_shop(till.folder), "lines")[0]).isoformat() == first
        from ecrec_assets.components.partitions import range_tags

        till_tags = range_tags(*changed_span(load_shop(till.folder), "lines"))
        from ecrec_assets.components.shop_graph import shop_definitions

        job = shop_definitions(load_shop(till.folder)).resolve_job_def("collect_lines")
        assert job.execute_in_process(instance=till.instance, tags=till_tags).success
        assert till.rows() == ["1 a tea", "2 b tea", "9 c tea"]
        assert till.lake.require("raw/lines").scheme == f"_period by {by}"
