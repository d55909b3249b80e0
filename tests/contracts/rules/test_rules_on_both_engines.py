"""Every rule of ours gives the same answer on the Polars and on the pandas engine of Great Expectations."""

from __future__ import annotations

import pytest

from ecrec_assets.contracts import expectations
from tests.contracts.rules.examples import ARGUMENTS, FRAME, PUBLISHED, REFERENCE
from tests.contracts.rules.on_both import on_both


def test_every_rule_has_an_example() -> None:
    assert {getattr(expectations, name).expectation_type for name in expectations.__all__} == set(ARGUMENTS)


@pytest.mark.parametrize("expectation", ARGUMENTS)
def test_both_engines_agree(expectation: str) -> None:
    ours, theirs = on_both(expectation, FRAME, {REFERENCE: PUBLISHED}, **ARGUMENTS[expectation])
    assert ours.error is None
    if expectation != "expect_table_schema_to_match":  # whole numbers with a gap are floats in pandas
        assert ours == theirs
