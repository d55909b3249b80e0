"""Our own expectations, each through the gate."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from ecrec_assets.contracts import expectations
from ecrec_assets.contracts.model import Condition
from ecrec_assets.contracts.suite import expectation_of
from tests.contracts.contracts import NOW, audited, quarantined, result_of, rule
from tests.contracts.rules.examples import ARGUMENTS


def failing(frame: pl.LazyFrame, expectation: str, **kwargs: Any) -> list[int]:
    """The numbers of the rows that a rule sends to quarantine."""
    found = audited(frame.with_row_index("row"), rule(expectation, **kwargs))
    assert found.verdict.rule("the_rule").error is None
    return quarantined(found, "row")


def test_finite_takes_nan_and_infinity_in_any_column_and_leaves_missing_values() -> None:
    frame = pl.LazyFrame({"a": [1.0, math.nan, 1.0, None], "b": [1.0, 1.0, -math.inf, 2.0], "c": [1, 2, 3, 4]})
    assert failing(frame, "expect_column_list_values_to_be_finite", column_list=["a", "b"]) == [1, 2]
    assert failing(frame, "expect_column_list_values_to_be_finite", column_list=["a"]) == [1]
    assert failing(frame, "expect_column_list_values_to_be_finite", column_list=["c"]) == []


def test_a_key_marks_surplus_and_incomplete_rows() -> None:
    frame = pl.LazyFrame({"a": [1, 1, 2, None, None, 1], "b": ["x", "x", "x", "x", "x", "y"]})
    assert failing(frame, "expect_column_list_to_be_a_key", column_list=["a", "b"]) == [1, 3, 4]
    assert failing(frame, "expect_column_list_to_be_a_key", column_list=["a"]) == [1, 3, 4, 5]


def test_a_key_holds_only_within_its_condition() -> None:
    frame = pl.LazyFrame({"a": [1, 1, 1, None], "live": [True, False, True, False]})
    where = (Condition("live", "==", True),)
    assert failing(frame, "expect_column_list_to_be_a_key", column_list=["a"], where=where) == [2]


def test_a_nan_in_a_key_is_a_missing_value() -> None:
    frame = pl.LazyFrame({"a": [math.nan, 0.0, -0.0]})
    assert failing(frame, "expect_column_list_to_be_a_key", column_list=["a"]) == [0, 2]


def test_distinct_rows_mark_the_surplus_over_all_or_some_columns() -> None:
    frame = pl.LazyFrame({"a": [1, 1, 1, None, None], "b": [["x"], ["x"], ["y"], None, None]})
    distinct = rule("expect_rows_to_be_distinct")
    assert quarantined(audited(frame, distinct), "a") == [1, None]
    assert failing(frame, "expect_rows_to_be_distinct", column_list=["a"]) == [1, 2, 4]


def test_distinct_rows_do_not_look_at_the_readers_column() -> None:
    frame = pl.LazyFrame({"a": [1, 1], "_unreadable": ["{}", None]})
    result = audited(frame, rule("expect_rows_to_be_distinct")).verdict.rule("the_rule")
    assert result.rows_failed == 1
    assert result.observed == [{"a": 1}]


def test_mostly_of_a_key_is_a_share_of_all_rows() -> None:
    frame = pl.LazyFrame({"a": [1, 1, 2, 3]})
    assert result_of(frame, rule("expect_column_list_to_be_a_key", column_list=["a"], mostly=0.75)).passed
    assert not result_of(frame, rule("expect_column_list_to_be_a_key", column_list=["a"], mostly=0.76)).passed


def test_a_value_without_a_reference_fails_and_a_missing_one_does_not() -> None:
    frame = pl.LazyFrame({"product": [1, 2, None, 9]})
    kwargs = {"column": "product", "reference": "raw/products", "reference_column": "id"}
    references = {"raw/products": pl.LazyFrame({"id": [1, 2, 2, None]})}
    one = rule("expect_column_values_to_exist_in_reference", **kwargs)
    result = result_of(frame, one, references=references)
    assert (result.rows_checked, result.rows_failed, result.observed) == (3, 1, [9])


@pytest.mark.parametrize(
    ("references", "message"),
    [
        ({}, "reference table 'raw/products' was not given"),
        ({"raw/products": pl.LazyFrame({"key": [1]})}, "'raw/products' has no column 'id'"),
        ({"raw/products": pl.LazyFrame({"id": ["1"]})}, "product is Int64 but raw/products.id is String"),
    ],
)
def test_a_reference_that_cannot_be_read_is_an_error(references: dict[str, pl.LazyFrame], message: str) -> None:
    kwargs = {"column": "product", "reference": "raw/products", "reference_column": "id"}
    one = rule("expect_column_values_to_exist_in_reference", **kwargs)
    result = result_of(pl.LazyFrame({"product": [1]}), one, references=references)
    assert message in (result.error or "")
    assert not result.passed


def test_coverage_counts_distinct_keys_of_the_reference() -> None:
    frame = pl.LazyFrame({"product": [1, 1, 2, 7, None]})
    references = {"raw/products": pl.LazyFrame({"id": [1, 2, 2, 3, 4, None]})}
    kwargs = {"column": "product", "reference": "raw/products", "reference_column": "id", "on_fail": "warn"}
    enough = rule("expect_reference_coverage_to_be_at_least", **kwargs, min_share=0.5)
    too_much = rule("expect_reference_coverage_to_be_at_least", **kwargs, min_share=0.51)
    assert result_of(frame, enough, references=references).observed == 0.5
    assert result_of(frame, enough, references=references).passed
    assert not result_of(frame, too_much, references=references).passed


@pytest.mark.parametrize(
    ("kwargs", "expected"),
    [
        ({"left": {"sub": ["a", "b"]}, "operator": ">=", "right": 0}, [1]),
        ({"left": "a", "operator": ">", "right": "b"}, [1, 2, 3]),
        ({"left": {"div": ["a", "b"]}, "operator": "<", "right": 10}, [3]),
        ({"left": {"div": [{"add": ["a", "b", 1]}, 2]}, "operator": "==", "right": 2.5}, [3]),
        ({"left": {"abs": {"sub": ["a", "b"]}}, "operator": "<=", "right": 1}, [0, 1]),
        ({"left": {"max": ["a", "b"]}, "operator": "!=", "right": {"mul": [1, 3]}}, [0, 1]),
        ({"left": {"min": ["a", "b"]}, "operator": ">=", "right": 1}, [3]),
    ],
)
def test_an_expression_holds_row_by_row(kwargs: dict[str, Any], expected: list[int]) -> None:
    frame = pl.LazyFrame({"a": [3.0, 1.0, 2.0, 0.0, None], "b": [1.0, 3.0, 2.0, 0.0, 1.0]})
    assert failing(frame, "expect_expression_to_hold", **kwargs) == expected


def test_rows_without_a_value_are_not_asked_of_an_expression() -> None:
    frame = pl.LazyFrame({"a": [1.0, None, math.nan], "b": [2, 2, 2]})
    result = result_of(frame, rule("expect_expression_to_hold", left="a", operator=">", right="b"))
    assert (result.rows_checked, result.rows_failed, result.columns) == (1, 1, ("a", "b"))


@pytest.mark.parametrize(
    "kwargs",
    [
        {"left": {"eval": ["a"]}, "operator": ">", "right": 0},
        {"left": {"sub": ["a"]}, "operator": ">", "right": 0},
        {"left": {"abs": ["a", "a"]}, "operator": ">", "right": 0},
        {"left": {"sub": ["a", 1], "add": ["a", 1]}, "operator": ">", "right": 0},
        {"left": "a", "operator": "or", "right": 0},
        {"left": "a", "operator": ">", "right": None},
        {"left": True, "operator": ">", "right": "a"},
        {"left": 1, "operator": ">", "right": 0},
        {"left": "__import__('os')", "operator": ">", "right": 0},
        {"left": "a", "operator": ">", "right": "t"},
        {"operator": ">", "right": "a"},
    ],
)
def test_what_is_not_an_expression_is_an_error(kwargs: dict[str, Any]) -> None:
    result = result_of(pl.LazyFrame({"a": [1], "t": ["x"]}), rule("expect_expression_to_hold", **kwargs))
    assert result.error
    assert not result.passed


def test_freshness_is_measured_at_the_audit_or_at_the_end_of_closed_history() -> None:
    frame = pl.LazyFrame({"at": [datetime(2017, 3, 1, 0), datetime(2017, 2, 1, 0), None]})
    open_history = rule("expect_column_max_to_be_recent", column="at", max_age_hours=12, on_fail="warn")
    assert result_of(frame, open_history).observed == 12.0
    assert result_of(frame, open_history).passed
    closed = rule(
        "expect_column_max_to_be_recent", column="at", max_age_hours=24, as_of="2017-03-02T06:00:00", on_fail="warn"
    )
    assert result_of(frame, closed).observed == 30.0
    assert not result_of(frame, closed).passed


def test_freshness_reads_dates_and_zones() -> None:
    days = pl.LazyFrame({"at": [date(2017, 3, 1)]})
    zoned = pl.LazyFrame({"at": pl.Series([NOW - timedelta(hours=3)]).dt.convert_time_zone("America/New_York")})
    recent = rule("expect_column_max_to_be_recent", column="at", max_age_hours=12, on_fail="warn")
    assert result_of(days, recent).observed == 12.0
    assert result_of(zoned, recent).observed == 3.0


def test_freshness_of_nothing_does_not_pass() -> None:
    frame = pl.LazyFrame({"at": [None]}, schema={"at": pl.Datetime("us")})
    result = result_of(frame, rule("expect_column_max_to_be_recent", column="at", max_age_hours=12, on_fail="warn"))
    assert (result.passed, result.observed, result.error) == (False, None, None)


def test_days_without_rows_and_with_few_are_named() -> None:
    at = [datetime(2017, 1, day, hour) for day, hours in ((1, 3), (2, 1), (4, 3), (7, 2)) for hour in range(hours)]
    frame = pl.LazyFrame({"at": [*at, None]})
    result = result_of(frame, rule("expect_days_to_have_rows", column="at", min_rows=3, on_fail="warn"))
    assert not result.passed
    assert result.observed == {
        "days": 7,
        "days_missing": 3,
        "days_thin": 2,
        "missing": ["2017-01-03", "2017-01-05", "2017-01-06"],
        "thin": {"2017-01-02": 1, "2017-01-07": 2},
    }


def test_days_pass_when_each_has_its_rows() -> None:
    frame = pl.LazyFrame({"day": [date(2017, 2, 28), date(2017, 3, 1), date(2017, 3, 1)]})
    assert result_of(frame, rule("expect_days_to_have_rows", column="day", min_rows=1, on_fail="warn")).passed
    assert not result_of(frame, rule("expect_days_to_have_rows", column="day", min_rows=2, on_fail="warn")).passed


def test_the_largest_class_is_a_share_of_the_values_present() -> None:
    frame = pl.LazyFrame({"kind": ["a", "a", "b", None]})
    at_most = rule("expect_largest_class_share_to_be_at_most", column="kind", max_share=0.67, on_fail="warn")
    result = result_of(frame, at_most)
    assert result.passed
    assert result.observed == {"share": pytest.approx(2 / 3), "value": "a"}
    less = rule("expect_largest_class_share_to_be_at_most", column="kind", max_share=0.66, on_fail="warn")
    assert not result_of(frame, less).passed


@pytest.mark.parametrize("name", expectations.__all__)
def test_each_has_a_sentence_for_the_report(name: str) -> None:
    kind = getattr(expectations, name)
    arguments = {**ARGUMENTS[kind.expectation_type], **({"mostly": 0.9} if "mostly" in kind.__fields__ else {})}
    expectation = expectation_of(rule(kind.expectation_type, **arguments, on_fail="warn"))
    (content,) = kind._prescriptive_renderer(configuration=expectation.configuration)
    template = content.string_template["template"]
    params = content.string_template["params"]
    words = template
    for key in sorted(params, key=len, reverse=True):
        words = words.replace(f"${key}", str(params[key]))
    assert "$" not in words
    assert words.endswith(".")
    assert "None" not in words
