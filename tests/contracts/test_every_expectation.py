"""Whatever expectation a contract states, the gate answers: held, not held, or why it could not be asked."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from great_expectations.expectations.registry import _registered_expectations

from ecrec_assets.contracts import suite as _registers_them  # noqa: F401
from tests.contracts.contracts import audited, rule

ARGUMENTS: dict[str, Any] = {
    "column_B": "b",
    "value_set": [1, 2],
    "value": 1,
    "min_value": 0,
    "max_value": 5,
    "regex": "a",
    "regex_list": ["a"],
    "type_": "int",
    "type_list": ["int"],
    "quantile_ranges": {"quantiles": [0.5], "value_ranges": [[0, 1]]},
    "partition_object": {"values": [1, 2], "weights": [0.5, 0.5]},
    "threshold": 1,
    "double_sided": True,
    "strftime_format": "%Y",
    "json_schema": {"type": "object"},
    "like_pattern": "a%",
    "like_pattern_list": ["a%"],
    "column_set": ["a"],
    "other_table_name": "x",
    "sum_total": 3,
    "value_pairs_set": [(1, 2)],
    "method": "iqr",
    "unexpected_rows_query": "select 1",
    "reference": "raw/other",
    "reference_column": "a",
    "group_column": "b",
    "min_share": 0.5,
    "max_share": 0.5,
    "max_age_hours": 1,
    "operator": ">",
    "right": 0,
    "column_types": {"a": "Int64"},
}


def arguments_of(kind: Any, column: str) -> dict[str, Any]:
    columns = {"column": column, "column_A": column, "left": column, "column_list": [column, "b"]}
    return {name: value for name, value in {**ARGUMENTS, **columns}.items() if name in kind.__fields__}


@pytest.mark.parametrize("column", ["a", "t", "tags", "nowhere"])
def test_no_rule_stops_the_others(column: str) -> None:
    frame = pl.LazyFrame({"a": [1, 2, 3], "b": [3, 2, 1], "t": ["x", "y", "z"], "tags": [["a"], ["b"], None]})
    rules = [
        rule(name, f"{name}_{on_fail}", on_fail=on_fail, **arguments_of(kind, column))
        for name, kind in sorted(_registered_expectations.items())
        for on_fail in ("warn", "quarantine")
    ]
    verdict, split = audited(frame, *rules, references={"raw/other": pl.LazyFrame({"a": [1]})})
    assert len(verdict.rules) == len(rules)
    for result in verdict.rules:
        assert not (result.passed and result.error)
        if column == "nowhere" and result.columns and result.expectation != "expect_column_to_exist":
            assert "nowhere" in (result.error or "")
    named = {name for failed in split.quarantined.collect()["_failed_rules"] for name in failed}
    assert named == {r.name for r in verdict.rules if r.on_fail == "quarantine" and r.rows_failed}
