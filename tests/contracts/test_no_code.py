"""Nothing in a contract is run: what could be is refused, and the reason names the rule and the pattern."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
import polars as pl
import pytest

from ecrec_assets.contracts.engine import datasource  # noqa: F401  (adds data_sources.add_polars)
from tests.contracts.contracts import audited, result_of, rule

TEXTS = pl.LazyFrame({"a": ["a" * 40 + "!"] * 1000})
CODE = "@pd.io.common.os.system('touch {}')"


def error_of(**arguments: Any) -> str:
    result = result_of(TEXTS, rule(arguments.pop("expectation"), on_fail="warn", **arguments))
    assert not result.passed
    assert result.name == "the_rule"
    return result.error or ""


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(?=a)b", "look-around is not supported"),
        ("(?<!x)a", "look-around is not supported"),
        (r"(a)\1", "back-references are not supported"),
        ("((a{100}){100}){100}", "more than 10 MB"),
        (r"\w{900}", "more than 10 MB"),
        ("a|" * 6000, "12,000 characters"),
        ("a(b", "unclosed group"),
    ],
)
@pytest.mark.parametrize(
    "expectation", ["expect_column_values_to_match_regex", "expect_column_values_to_not_match_regex"]
)
def test_a_pattern_that_could_run_away_is_refused_by_name(expectation: str, pattern: str, reason: str) -> None:
    error = error_of(expectation=expectation, column="a", regex=pattern)
    assert f"the pattern '{pattern[:200]}" in error
    assert reason in error


def test_a_list_of_patterns_is_read_to_its_end() -> None:
    error = error_of(expectation="expect_column_values_to_match_regex_list", column="a", regex_list=["a", "(?=a)"])
    assert "the pattern '(?=a)' cannot be used" in error


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|aa)+$", "^([a-z]*)*$", "(.*a){12}$"])
def test_what_takes_python_years_takes_a_moment(pattern: str) -> None:
    started = time.process_time()
    result = result_of(TEXTS, rule("expect_column_values_to_match_regex", column="a", regex=pattern))
    assert (result.error, result.rows_failed) == (None, 1000)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"row_condition": CODE}, "'row_condition' is not allowed"),
        ({"condition_parser": "pandas"}, "'condition_parser' is not allowed"),
        ({"min_value": {"$PARAMETER": "now()"}}, "'$PARAMETER' is not allowed"),
        ({"max_value": [{"deep": {"$PARAMETER": "now()"}}]}, "'$PARAMETER' is not allowed"),
    ],
)
def test_text_that_would_be_code_is_refused(arguments: dict[str, Any], named: str) -> None:
    assert named in error_of(expectation="expect_column_values_to_be_between", column="a", **arguments)


@pytest.mark.parametrize(
    "stated",
    [
        {
            "expectation": "unexpected_rows_expectation",
            "unexpected_rows_query": "select * from read_csv('/etc/passwd')",
        },
        {
            "expectation": "expect_query_results_to_match_comparison",
            "base_query": "select pg_read_file('/etc/passwd')",
            "comparison_query": "select 1",
            "comparison_data_source_name": "x",
        },
    ],
)
def test_sql_is_refused(stated: dict[str, Any]) -> None:
    assert "SQL can read and write files" in error_of(**stated)


@pytest.mark.parametrize(
    ("schema", "named"),
    [
        ({"type": "string", "pattern": "^(a+)+$"}, "the pattern '^(a+)+$' cannot be used"),
        ({"properties": {"x": {"patternProperties": {"(a+)+$": {}}}}}, "cannot be used"),
        ({"$ref": "http://elsewhere.test/schema.json"}, "would be fetched"),
    ],
)
def test_a_json_schema_matches_no_pattern_and_fetches_nothing(schema: dict[str, Any], named: str) -> None:
    assert named in error_of(expectation="expect_column_values_to_match_json_schema", column="a", json_schema=schema)


def test_a_column_may_be_called_like_code() -> None:
    frame = pl.LazyFrame({"row_condition": [1], "regex": [2], "pattern": [3]})
    rules = [rule("expect_column_values_to_not_be_null", name, column=name) for name in frame.collect_schema()]
    assert audited(frame, *rules).verdict.passed


def test_the_engine_itself_runs_no_text_condition(tmp_path: Path) -> None:
    """Without a contract too: an unchanged suite that holds code gets an error, and the code does not run."""
    touched = tmp_path / "touched"
    source = gx.get_context(mode="ephemeral").data_sources.add_polars("p")
    batch = source.add_table_asset("t").add_batch_definition_whole_table("w").get_batch({"dataframe": TEXTS})
    result = batch.validate(
        gxe.ExpectColumnValuesToNotBeNull(column="a", row_condition=CODE.format(touched), condition_parser="pandas")
    )
    assert not result.success
    assert "would be run as code" in str(result.exception_info)
    assert not touched.exists()
