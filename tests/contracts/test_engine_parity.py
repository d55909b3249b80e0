"""The Polars engine gives what the pandas engine gives, on random frames and expectations."""

from __future__ import annotations

import pytest

from tests.contracts.parity import KINDS, REFUSED, Build, Case, cases_of


def differences(seeds: range, kinds: list[Build]) -> list[str]:
    cases = [(seed, case) for seed in seeds for case in cases_of(seed, kinds)]
    assert len(cases) == len(seeds) * len(kinds)
    return [
        f"seed {seed}: {case.expectation.configuration.to_json_dict()}\n  {case.pandas}\n  {case.polars}"
        for seed, case in cases
        if case.pandas != case.polars and not is_blind_spot(case)
    ]


def is_blind_spot(case: Case) -> bool:
    """Pandas compares values one by one, so it cannot tell that a text column without values has number bounds.

    Ours knows the column's type, and refuses.
    """
    kwargs = case.expectation.configuration.kwargs
    if kwargs.get("column") != "s" or kwargs.get("max_value") != 9 or case.polars != {"success": False, "raised": True}:
        return False
    shown = case.pandas["result"]
    return case.pandas["success"] and shown.get("element_count", 0) == shown.get("missing_count", 0)


def test_every_result_is_the_one_of_pandas() -> None:
    assert differences(range(10), KINDS) == []


def test_what_pandas_refuses_is_refused() -> None:
    assert differences(range(100, 106), REFUSED) == []


@pytest.mark.slow
def test_thousands_of_results_are_those_of_pandas() -> None:
    assert differences(range(1000, 1070), KINDS) == []
    assert differences(range(1000, 1030), REFUSED) == []
