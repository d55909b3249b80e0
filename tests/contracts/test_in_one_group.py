from __future__ import annotations

import math

import polars as pl

from ecrec_assets.contracts.model import Condition
from tests.contracts.contracts import audited, quarantined, result_of, rule

NAME = "expect_column_values_to_be_in_one_group"
ROWS = pl.LazyFrame(
    {
        "row": [0, 1, 2, 3, 4, 5, 6, 7],
        "item": ["a", "a", "b", "b", "c", None, None, "d"],
        "split": ["train", "train", "train", "test", "test", "train", "test", None],
    }
)


def failing(frame: pl.LazyFrame, **kwargs: object) -> list[int]:
    found = audited(frame, rule(NAME, column="item", group_column="split", **kwargs))
    assert found.verdict.rule("the_rule").error is None
    return quarantined(found, "row")


def test_every_row_of_a_value_in_two_groups_fails_and_missing_values_are_not_asked() -> None:
    assert failing(ROWS) == [2, 3]


def test_a_missing_group_is_a_group_of_its_own() -> None:
    assert failing(pl.LazyFrame({"row": [0, 1], "item": ["a", "a"], "split": ["train", None]})) == [0, 1]
    assert failing(pl.LazyFrame({"row": [0, 1], "item": ["a", "a"], "split": [math.nan, None]})) == []


def test_rows_outside_the_condition_neither_fail_nor_count() -> None:
    frame = ROWS.with_columns(live=pl.col("row") != 3)
    assert failing(frame, where=(Condition("live", "==", True),)) == []
    assert failing(ROWS, where=(Condition("row", ">=", 2),)) == [2, 3]


def test_the_result_counts_and_shows_the_leak_and_says_the_limit() -> None:
    result = result_of(ROWS, rule(NAME, column="item", group_column="split"))
    assert not result.passed
    assert (result.rows_checked, result.rows_failed) == (6, 2)
    assert result.limit == "in one split only"


def test_a_missing_group_column_is_an_error_and_not_a_pass() -> None:
    result = result_of(ROWS, rule(NAME, column="item", group_column="fold"))
    assert not result.passed
    assert "fold" in (result.error or "")
