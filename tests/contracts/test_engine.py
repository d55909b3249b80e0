"""How the engine hangs in Great Expectations, and what it costs."""

from __future__ import annotations

import logging
import math
import subprocess
import sys
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
import polars as pl
import pytest
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.registry import _registered_metrics, get_metric_provider

from ecrec_assets.contracts.derived import derived_rules
from ecrec_assets.contracts.engine import datasource, registry, runner
from ecrec_assets.contracts.engine.engine import PolarsExecutionEngine
from ecrec_assets.contracts.engine.table import Table
from ecrec_assets.contracts.gate import audit
from ecrec_assets.contracts.model import Column
from tests.contracts.contracts import NOW, audited, contract_of, rule

OURS = PolarsExecutionEngine.__name__


def engine() -> PolarsExecutionEngine:
    made = PolarsExecutionEngine()
    made.load_batch_data("a batch", Table(pl.LazyFrame({"a": [1.0, 2.0, 30.0]})))
    return made


@pytest.mark.parametrize("name", sorted(registry.native_metrics()))
def test_a_native_metric_is_found_and_leaves_the_one_of_pandas(name: str) -> None:
    providers = _registered_metrics[name]["providers"]
    assert providers[OURS][1] is None
    assert get_metric_provider(f"{name}.aggregate_fn", engine())[1] is not None
    if "PandasExecutionEngine" in providers:
        assert providers["PandasExecutionEngine"][0].__module__.startswith("great_expectations.")
        assert get_metric_provider(name, PandasExecutionEngine()) is providers["PandasExecutionEngine"]


def test_our_metrics_have_names_of_their_own() -> None:
    known = {
        name.rpartition(".")[0] if name.endswith(registry.SUMMARIES) else name for name in registry.native_metrics()
    }
    assert {name for name in known if not _is_of_great_expectations(name)} == set(registry.OWN)


def _is_of_great_expectations(name: str) -> bool:
    """Whether its own pandas engine has the metric; ours may run on pandas too, by a provider of ours."""
    names = [each for each in (f"{name}.unexpected_count", f"{name}.condition", name) if each in _registered_metrics]
    kinds = [_registered_metrics[each]["providers"].get("PandasExecutionEngine") for each in names]
    return any(kind and kind[0].__name__ != "PandasRule" for kind in kinds)


def test_a_whole_suite_takes_one_query_and_one_more_for_what_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    scans: list[int] = []
    collect_all = pl.collect_all

    def counted(frames: list[pl.LazyFrame], **kwargs: Any) -> list[pl.DataFrame]:
        scans.append(len(frames))
        return collect_all(frames, **kwargs)

    monkeypatch.setattr(runner.pl, "collect_all", counted)
    rules = [rule("expect_column_values_to_not_be_null", f"present_{name}", column=name) for name in "abcd"] + [
        rule("expect_column_values_to_be_between", "between", column="a", max_value=1, on_fail="warn"),
        rule("expect_column_values_to_be_unique", "unique", column="b", on_fail="warn"),
        rule("expect_column_list_to_be_a_key", "key", column_list=["c", "d"], on_fail="warn"),
        rule("expect_column_mean_to_be_between", "mean", column="a", min_value=1, on_fail="warn"),
        rule("expect_column_median_to_be_between", "median", column="a", min_value=1, on_fail="warn"),
        rule("expect_column_most_common_value_to_be_in_set", "mode", column="c", value_set=[1], on_fail="warn"),
        rule("expect_days_to_have_rows", "days", column="d", on_fail="warn"),
        rule("expect_largest_class_share_to_be_at_most", "balance", column="c", max_share=0.5, on_fail="warn"),
    ]
    day = pl.date_range(pl.date(2017, 1, 1), pl.date(2017, 1, 3), eager=True)
    frame = pl.LazyFrame({"a": [1, 2, 3], "b": ["x", "x", "y"], "c": [1, 1, 1], "d": day})
    verdict = audited(frame, *rules).verdict
    assert [result.error for result in verdict.rules if result.error] == []
    assert not verdict.rule("unique").passed
    of_the_suite, of_the_count = scans[:-1], scans[-1:]
    assert len(of_the_suite) == 2
    assert of_the_count == [3]


def test_what_has_no_polars_form_says_so(caplog: pytest.LogCaptureFixture) -> None:
    scores = rule(
        "expect_column_value_z_scores_to_be_less_than", column="a", threshold=1, double_sided=True, on_fail="warn"
    )
    with caplog.at_level(logging.WARNING, logger="ecrec_assets"):
        assert audited(pl.LazyFrame({"a": [1.0, 2.0, 30.0]}), scores).verdict.rule("the_rule").rows_failed == 1
    assert "converted to pandas" in caplog.text


def test_a_strict_engine_refuses_to_leave_polars() -> None:
    context = gx.get_context(mode="ephemeral")
    source = context.data_sources.add_polars("strict", strict=True)
    batch = (
        source.add_table_asset("a")
        .add_batch_definition_whole_table("all")
        .get_batch({"dataframe": pl.LazyFrame({"a": [1.0, 2.0, 30.0]})})
    )
    result = batch.validate(gxe.ExpectColumnValueZScoresToBeLessThan(column="a", threshold=1, double_sided=True))
    assert not result.success
    assert "engine is strict" in str(result.exception_info)
    assert batch.validate(gxe.ExpectColumnValuesToNotBeNull(column="a")).success


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    frame = pl.LazyFrame({"a": [1]})
    audit(frame, contract_of(frame, rule("expect_column_values_to_be_between", column="b", min_value=1)), now=NOW)
    assert capfd.readouterr() == ("", "")


def test_contracts_are_read_without_great_expectations() -> None:
    code = (
        "import os, sys, ecrec_assets.contracts.odcs;"
        "print('great_expectations' in sys.modules, os.environ['GX_ANALYTICS_ENABLED'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "false"]


@pytest.mark.parametrize(
    ("name", "passes"),
    [
        ("Int64", True), ("int64", True), ("int", True), ("Int32", False), ("float", False), ("String", False),
        ("object", False),
    ],
)  # fmt: skip
def test_a_type_answers_to_its_names_in_polars_numpy_and_python(name: str, passes: bool) -> None:
    frame = pl.LazyFrame({"a": [1, 2]})
    one = rule("expect_column_values_to_be_of_type", column="a", type_=name, on_fail="warn")
    several = rule(
        "expect_column_values_to_be_in_type_list", "several", column="a", type_list=["Date", name], on_fail="warn"
    )
    verdict = audited(frame, one, several).verdict
    assert verdict.rule("the_rule").passed is passes
    assert verdict.rule("several").passed is passes


def test_every_temporal_type_has_its_names() -> None:
    frame = pl.LazyFrame({"d": [NOW.date()], "t": [NOW.replace(tzinfo=None)], "l": [["x"]], "s": ["x"], "b": [True]})
    names = {
        "d": ["Date", "date"],
        "t": ["Datetime", "datetime"],
        "l": ["List", "list"],
        "s": ["String", "str"],
        "b": ["Boolean", "bool"],
    }
    rules = [
        rule("expect_column_values_to_be_of_type", f"{column}_{name}", column=column, type_=name, on_fail="warn")
        for column, each in names.items()
        for name in each
    ]
    assert [result.name for result in audited(frame, *rules).verdict.rules if not result.passed] == []


def test_a_type_nobody_has_is_an_error() -> None:
    one = rule("expect_column_values_to_be_of_type", column="a", type_="integerish", on_fail="warn")
    assert "integerish" in (audited(pl.LazyFrame({"a": [1]}), one).verdict.rule("the_rule").error or "")


def test_the_engine_runs_plain_suites_on_a_scan_of_a_file(tmp_path: Any) -> None:
    pl.DataFrame({"a": range(1000)}).write_parquet(tmp_path / "a.parquet")
    context = gx.get_context(mode="ephemeral")
    source = context.data_sources.add_polars("files")
    assert isinstance(source, datasource.PolarsDatasource)
    batch = (
        source.add_table_asset("a")
        .add_batch_definition_whole_table("all")
        .get_batch({"dataframe": pl.scan_parquet(tmp_path / "a.parquet")})
    )
    result = batch.validate(gxe.ExpectColumnValuesToBeBetween(column="a", min_value=1))
    assert (result.success, result.result["unexpected_count"]) == (False, 1)


def test_a_batch_has_to_be_a_polars_frame() -> None:
    context = gx.get_context(mode="ephemeral")
    definition = context.data_sources.add_polars("wrong").add_table_asset("a").add_batch_definition_whole_table("all")
    with pytest.raises(TypeError, match="polars frame, not dict"):
        definition.get_batch({"dataframe": {"a": [1]}})


@pytest.mark.parametrize("bounds", [{"min_value": "2017-01-01T00:00:00"}, {"min_value": "2017-01-01T05:00:00+00:00"}])
def test_a_bound_without_a_zone_is_read_in_the_zone_of_the_column(bounds: dict[str, str]) -> None:
    at = pl.Series(["2017-01-01T04:59:59Z", "2017-01-01T05:00:00Z"]).str.to_datetime(time_zone="UTC")
    frame = pl.LazyFrame({"at": at.dt.convert_time_zone("America/New_York")})
    result = audited(frame, rule("expect_column_values_to_be_between", column="at", **bounds)).verdict.rule("the_rule")
    assert (result.error, result.rows_failed) == (None, 1)


def test_lists_have_lengths() -> None:
    frame = pl.LazyFrame({"tokens": [["a"], ["a", "b", "c"], [], None]})
    one = rule("expect_column_value_lengths_to_be_between", column="tokens", min_value=1, max_value=2)
    result = audited(frame, one).verdict.rule("the_rule")
    assert (result.rows_checked, result.rows_failed, result.observed) == (3, 2, [["a", "b", "c"], []])


def test_numbers_in_lists_are_finite_too() -> None:
    vectors = [[1.0, 2.0], [], None, [1.0, None], [math.nan], [1.0, math.inf], [-math.inf]]
    frame = pl.LazyFrame({"row": range(7), "v": pl.Series(vectors, dtype=pl.List(pl.Float32))})
    fixed = pl.LazyFrame({"v": pl.Series([[1.0, 2.0], [math.nan, 1.0], None], dtype=pl.Array(pl.Float64, 2))})
    deep = pl.LazyFrame({"v": [[[1.0], [math.inf]], [[1.0], []], [None], None]})
    one = rule("expect_column_list_values_to_be_finite", column_list=["v"], on_fail="quarantine", mostly=0.1)
    assert audited(frame, one).split.quarantined.collect()["row"].to_list() == [4, 5, 6]
    assert [audited(each, one).verdict.rule("the_rule").rows_failed for each in (fixed, deep)] == [1, 1]


def test_a_column_of_vectors_is_asked_for_finite_numbers_without_being_told() -> None:
    columns = [Column("v", pl.List(pl.Float32())), Column("s", pl.List(pl.String()))]
    rules = derived_rules(columns, (), [], {}, [], None, mostly=1.0)
    (found,) = [each for each in rules if each.name == "numbers_are_finite"]
    assert found.kwargs["column_list"] == ["v"]
