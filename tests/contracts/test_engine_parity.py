"""The Polars engine gives what the pandas engine gives, on random frames and expectations."""

from __future__ import annotations

import great_expectations as gx
import pytest

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

    Ours knows the column's type, and refuses number bounds and broken patterns before it looks.
    """
    if case.expectation.configuration.kwargs.get("column") != "s" or case.polars != {"success": False, "raised": True}:
        return False
    shown = case.pandas.get("result", {})
    return case.pandas["success"] and shown.get("element_count", 0) == shown.get("missing_count", 0)


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
@pytest.mark.parametrize("first", range(1000, 1070, 10))
def test_thousands_of_results_are_those_of_pandas(first: int) -> None:
    assert differences(range(first, first + 10), KINDS) == []
    assert differences(range(first, first + 4), REFUSED) == []
