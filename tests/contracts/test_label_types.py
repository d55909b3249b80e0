"""The label set of a tagger comes from the contract of its data, or there is none."""

from __future__ import annotations

import polars as pl
import pytest

from ecrec_assets.contracts.label_types import RULE, label_types
from ecrec_assets.contracts.odcs import ContractFileError
from tests.contracts.contracts import contract_of, rule

FRAME = pl.LazyFrame({"tags": [["O"]], "other": [["O"]]})


def test_the_types_come_in_the_order_of_the_file() -> None:
    contract = contract_of(
        FRAME, rule(RULE, column="tags", types=["size", "color"]), rule(RULE, "b", column="other", types=["x"])
    )
    assert label_types(contract) == ("size", "color")
    assert label_types(contract, "other") == ("x",)


def test_a_contract_without_types_is_told_with_the_rule_to_write() -> None:
    with pytest.raises(ContractFileError, match=f"raw/made@1.0.0: it has no rule {RULE} on column 'tags'"):
        label_types(contract_of(FRAME))
    with pytest.raises(ContractFileError, match="its rule 'the_rule' lists no types, so the label set is not known"):
        label_types(contract_of(FRAME, rule(RULE, column="tags")))


def test_two_rules_that_disagree_are_refused_and_two_that_agree_are_not() -> None:
    one, other = rule(RULE, column="tags", types=["a", "b"]), rule(RULE, "other", column="tags", types=["b", "a"])
    assert label_types(contract_of(FRAME, one, other)) == ("a", "b")
    with pytest.raises(ContractFileError, match="list different types"):
        label_types(contract_of(FRAME, one, rule(RULE, "other", column="tags", types=["a"])))
