"""Which rows each row rule of the field finds, on both engines."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from ecrec_assets.contracts.model import Condition
from tests.contracts.contracts import NOW, audited, quarantined, rule
from tests.contracts.rules.on_both import Found, on_polars

T = datetime(2017, 3, 1)


def rows_of(expectation: str, frame: pl.DataFrame, **arguments: Any) -> list[int]:
    found: Found = on_polars(expectation, frame, **arguments)
    assert found.error is None
    assert found.rows is not None
    return found.rows


LEAK = pl.DataFrame(
    {
        "user": [1, 1, 1, 2, None, None],
        "item": ["a", "a", "b", "a", "a", "a"],
        "split": ["train", "test", "train", "train", "train", "test"],
    }
)


def test_a_row_in_two_splits_is_found_and_an_incomplete_key_is_not_asked() -> None:
    name = "expect_rows_to_be_in_one_split"
    assert rows_of(name, LEAK, column_list=["user", "item"], split_column="split") == [0, 1]
    assert rows_of(name, LEAK, column_list=["user"], split_column="split") == [0, 1, 2]


def test_the_split_to_keep_is_not_blamed() -> None:
    found = rows_of("expect_rows_to_be_in_one_split", LEAK, column_list=["user"], split_column="split", keep="test")
    assert found == [0, 2]


def test_quarantine_takes_the_leak_out_of_training_only() -> None:
    one = rule("expect_rows_to_be_in_one_split", column_list=["user"], split_column="split", keep="test", mostly=0.1)
    assert quarantined(audited(LEAK.with_row_index("row").lazy(), one), "row") == [0, 2]


def test_rows_outside_the_condition_do_not_leak() -> None:
    one = rule(
        "expect_rows_to_be_in_one_split",
        column_list=["user"],
        split_column="split",
        where=(Condition("item", "==", "b"),),
    )
    assert quarantined(audited(LEAK.lazy(), one), "user") == []


PUBLISHED = {"datasets/train": pl.DataFrame({"who": [1, 2, None], "what": ["a", "b", "a"]})}


def test_rows_are_looked_up_in_a_published_table_by_their_whole_key() -> None:
    arguments = {
        "column_list": ["user", "item"],
        "reference": "datasets/train",
        "reference_column_list": ["who", "what"],
    }
    absent = rows_of("expect_rows_to_be_absent_from_reference", LEAK, references=PUBLISHED, **arguments)
    assert absent == [0, 1]
    assert rows_of("expect_rows_to_exist_in_reference", LEAK, references=PUBLISHED, **arguments) == [2, 3]


@pytest.mark.parametrize("dtype", [pl.Int32, pl.UInt8, pl.Float64])
def test_numbers_of_another_type_are_the_same_key(dtype: Any) -> None:
    references = {"datasets/train": pl.DataFrame({"user": [1, 2]}).cast(dtype)}
    arguments = {"column_list": ["user"], "reference": "datasets/train"}
    assert rows_of("expect_rows_to_exist_in_reference", LEAK, references=references, **arguments) == []


def test_a_number_is_never_a_text() -> None:
    references = {"datasets/train": pl.DataFrame({"user": ["1"]})}
    found = on_polars(
        "expect_rows_to_exist_in_reference",
        LEAK.head(2),
        references=references,
        column_list=["user"],
        reference="datasets/train",
    )
    assert "user is Int64 but datasets/train.user is String" in (found.error or "")
    assert not found.success


def test_training_after_the_start_of_the_test_is_found() -> None:
    hours = [0, 5, 10, 11, 10, 20, None, 1]
    frame = pl.DataFrame(
        {
            "at": [None if h is None else T + timedelta(hours=h) for h in hours],
            "split": ["train", "train", "train", "train", "test", "test", "train", "dev"],
        }
    )
    arguments = {"column": "at", "split_column": "split"}
    name = "expect_splits_to_follow_in_time"
    assert rows_of(name, frame, **arguments, order=["train", "test"]) == [2, 3, 7]
    assert rows_of(name, frame, **arguments, order=["dev", "train", "test"]) == [2, 3, 7]  # trained from hour 0 on
    assert rows_of(name, frame, **arguments, order=["train", "test", "dev"], gap_hours=6) == [0, 1, 2, 3, 4, 5]
    assert rows_of(name, frame, **arguments, order=["Train", "test"]) == [0, 1, 2, 3, 7]


def test_times_stay_apart_from_a_published_table() -> None:
    frame = pl.DataFrame({"at": [T, T + timedelta(hours=1), T + timedelta(hours=30), None]})
    references = {"train": pl.DataFrame({"day": [date(2017, 2, 1), date(2017, 3, 1), None]})}
    arguments = {"column": "at", "reference": "train", "reference_column": "day", "references": references}
    name = "expect_column_times_to_be_apart_from_reference"
    assert rows_of(name, frame, **arguments, side="after") == [0]
    assert rows_of(name, frame, **arguments, side="after", gap_hours=24) == [0, 1]
    assert rows_of(name, frame, **arguments, side="before") == [0, 1, 2]


def test_a_reference_without_times_is_an_error() -> None:
    references = {"train": pl.DataFrame({"day": [None]}, schema={"day": pl.Datetime("us")})}
    found = on_polars(
        "expect_column_times_to_be_apart_from_reference", pl.DataFrame({"at": [T]}), references=references,
        column="at", reference="train", reference_column="day", side="after",
    )  # fmt: skip
    assert "train.day has no time to compare with" in (found.error or "")


@pytest.mark.parametrize("zone", [None, "UTC", "America/New_York", "Asia/Shanghai"])
def test_the_future_begins_at_the_audit_in_every_zone(zone: str | None) -> None:
    seconds = [-1, 0, 1, 59, 61]
    utc = pl.Series("at", [(NOW + timedelta(seconds=s)).replace(tzinfo=None) for s in seconds])
    at = utc if zone is None else utc.dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    name, frame = "expect_column_values_to_not_be_in_the_future", at.to_frame()
    assert rows_of(name, frame, now=NOW, column="at") == [2, 3, 4]
    assert rows_of(name, frame, now=NOW, column="at", tolerance_seconds=60) == [4]
    assert rows_of(name, frame, now=NOW, column="at", as_of="2017-03-02T00:00:00+05:00") == []


def test_without_a_clock_the_future_is_unknown() -> None:
    found = on_polars("expect_column_values_to_not_be_in_the_future", pl.DataFrame({"at": [T]}), column="at")
    assert "neither 'as_of' nor the time of the audit is known" in (found.error or "")


def test_the_gate_gives_the_time_of_the_audit() -> None:
    frame = pl.LazyFrame({"at": [NOW, NOW + timedelta(days=1)]}).with_row_index("row")
    one = rule("expect_column_values_to_not_be_in_the_future", column="at", mostly=0.5)
    assert quarantined(audited(frame, one), "row") == [1]


def test_a_click_before_its_impression_is_found() -> None:
    frame = pl.DataFrame(
        {"click": [T, T, T, None], "shown": [T, T + timedelta(seconds=3), None, T + timedelta(days=1)]}
    )
    name, arguments = "expect_column_values_to_not_precede_cause", {"column": "click", "cause_column": "shown"}
    assert rows_of(name, frame, **arguments) == [1]
    assert rows_of(name, frame, **arguments, tolerance_seconds=3) == []
    assert rows_of(name, frame, **arguments, cause_required=True) == [1, 2]


def test_a_purchase_before_the_launch_is_found_by_key() -> None:
    frame = pl.DataFrame({"item": ["a", "a", "b", "z", None], "at": [T, T + timedelta(days=2), T, T, T]})
    day = timedelta(days=1)
    catalogue = pl.DataFrame({"id": ["a", "a", "b", "c"], "first": [T + day, T + 5 * day, T, None]})
    arguments = {
        "column": "at", "key_column": "item", "reference": "raw/items", "reference_key": "id",
        "reference_column": "first", "references": {"raw/items": catalogue},
    }  # fmt: skip
    name = "expect_column_values_to_not_precede_cause_in_reference"
    assert rows_of(name, frame, **arguments) == [0]
    assert rows_of(name, frame, **arguments, cause_required=True) == [0, 3, 4]


def test_of_a_burst_of_impressions_only_the_first_stays() -> None:
    seconds = [100, 0, 8, 16, 50, 8, 8]
    frame = pl.DataFrame(
        {
            "user": [1, 1, 1, 1, 1, 2, None],
            "item": ["a"] * 7,
            "at": [T + timedelta(seconds=s) for s in seconds],
        }
    )
    name = "expect_impressions_to_be_distinct"
    arguments = {"column_list": ["user", "item"], "time_column": "at"}
    assert rows_of(name, frame, **arguments, within_seconds=10) == [2, 3]
    assert rows_of(name, frame, **arguments, within_seconds=7) == []
    assert rows_of(name, pl.concat([frame, frame.head(1)]), **arguments, within_seconds=0) == [7]


def test_examples_of_failing_rows_come_in_the_order_of_the_table() -> None:
    frame = pl.LazyFrame({"at": [NOW + timedelta(days=d) for d in (3, -1, 1, 2)]})
    result = audited(frame, rule("expect_column_values_to_not_be_in_the_future", column="at")).verdict.rule("the_rule")
    assert [text[:10] for text in result.observed] == ["2017-03-04", "2017-03-02", "2017-03-03"]


@pytest.mark.parametrize(
    ("expectation", "arguments", "message"),
    [
        ("expect_splits_to_follow_in_time", {"column": "a", "split_column": "b", "order": ["x", "x"]}, "twice"),
        ("expect_splits_to_follow_in_time", {"column": "a", "split_column": "b", "order": ["x"]}, "at least 2"),
        ("expect_column_values_to_be_clean_text", {"column": "t", "kinds": ["typos"]}, "mojibake"),
        ("expect_column_values_to_not_be_in_the_future", {"column": "a", "as_of": "soon"}, "as_of"),
        ("expect_column_values_to_not_be_in_the_future", {"column": "a", "tolerance_seconds": -1}, "greater than"),
        ("expect_rows_to_be_in_one_split", {"column_list": [], "split_column": "b"}, "at least 1"),
        ("expect_rows_to_be_in_one_split", {"column_list": ["a"], "split_column": "a"}, "part of the key"),
        ("expect_rows_to_be_in_one_split", {"column_list": ["a"], "split_column": "gone"}, "column gone is missing"),
        ("expect_rows_to_exist_in_reference", {"column_list": ["a"], "reference": "x"}, "was not given"),
        ("expect_column_values_to_not_be_in_the_future", {"column": "a"}, "not a date or time"),
        ("expect_column_values_to_be_clean_text", {"column": "a"}, "not text"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_reason(expectation: str, arguments: Any, message: str) -> None:
    frame = pl.LazyFrame({"a": [1], "b": [1], "t": ["x"]})
    result = audited(frame, rule(expectation, **arguments)).verdict.rule("the_rule")
    assert message in (result.error or "")
    assert not result.passed
