"""The Polars engine gives what the pandas engine gives, on random frames and expectations."""

from __future__ import annotations

import great_expectations as gx
import great_expectations.expectations as gxe
import polars as pl
import pytest

from ecrec_assets.contracts.engine.conditions import clause
from ecrec_assets.contracts.engine.table import Table
from tests.contracts.parity import FALLBACKS, KINDS, REFUSED, Build, Case, cases_of, expectations_of, frame_of


def differences(seeds: range, kinds: list[Build]) -> list[str]:
    cases = [(seed, case) for seed in seeds for case in cases_of(seed, kinds)]
    assert len(cases) == len(seeds) * len(kinds)
    return [
        f"seed {seed}: {case.expectation.configuration.to_json_dict()}\n  {case.pandas}\n  {case.polars}"
        for seed, case in cases
        if case.pandas != case.polars and not is_blind_spot(case)
    ]


def is_blind_spot(case: Case) -> bool:
    """Pandas looks at values, so without any it does not notice that a rule cannot be asked of a text column.

    Ours knows the column's type, and refuses number bounds and broken patterns before it looks. The cause is checked on
    the frame itself: among the rows asked about not one has a text.
    """
    stated = case.expectation.configuration.kwargs
    if stated.get("column") != "s" or case.polars != {"success": False, "raised": True}:
        return False
    condition, table = case.expectation.row_condition, Table(case.frame.lazy())
    asked = case.frame.filter(clause(table, condition)) if condition else case.frame
    return case.pandas["success"] and asked["s"].null_count() == asked.height


def test_the_one_difference_is_let_pass_only_for_its_cause() -> None:
    bounds = gxe.ExpectColumnValuesToBeBetween(column="s", min_value=1)
    refused = {"success": False, "raised": True}
    empty = frame_of(0).clear()
    texts = pl.concat([empty, pl.DataFrame({"s": ["a"]})], how="diagonal")
    assert is_blind_spot(Case(bounds, empty, {"success": True}, refused))
    assert not is_blind_spot(Case(bounds, texts, {"success": True}, refused))
    assert not is_blind_spot(Case(bounds, empty, {"success": True}, {"success": True, "result": {}}))
    assert not is_blind_spot(Case(bounds, empty, {"success": False}, refused))


def test_every_result_is_the_one_of_pandas() -> None:
    """Each result format once; every kind of expectation in three or four of the seven frames."""
    found = [difference for seed in range(7) for difference in differences(range(seed, seed + 1), KINDS[seed % 2 :: 2])]
    assert found == []


def test_what_pandas_refuses_is_refused() -> None:
    assert differences(range(100, 103), REFUSED) == []


def test_what_runs_in_pandas_gives_the_same() -> None:
    assert differences(range(3), FALLBACKS) == []


def test_nothing_an_author_uses_leaves_polars() -> None:
    source = gx.get_context(mode="ephemeral").data_sources.add_polars("strict", strict=True)
    definition = source.add_table_asset("t").add_batch_definition_whole_table("w")
    suite = gx.ExpectationSuite(name="all", expectations=expectations_of(2, KINDS))
    found = definition.get_batch({"dataframe": frame_of(2).lazy()}).validate(suite, result_format="COMPLETE")
    assert len(found.results) == len(KINDS)
    assert [r.expectation_config.type for r in found.results if r.exception_info.get("raised_exception", True)] == []


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1000, 1070, 5))
def test_thousands_of_results_are_those_of_pandas(first: int) -> None:
    assert differences(range(first, first + 5), KINDS) == []
    assert differences(range(first, first + 2), REFUSED) == []
