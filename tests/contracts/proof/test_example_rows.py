"""Rows made from a contract alone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.contracts.gate import audit
from ecrec_assets.contracts.odcs import load_contract
from ecrec_assets.contracts.proof.example import example
from ecrec_assets.settings import PROJECT
from tests.contracts.contracts import NOW, sales_contract

ROOT = PROJECT / "expectations"
LATER = datetime(2026, 1, 1, tzinfo=UTC)
"""After the year that the shipped contracts are about."""


@pytest.mark.parametrize("key", ["raw/campaigns", "raw/products", "raw/transactions", "datasets/households"])
def test_example_rows_keep_every_row_rule_of_a_shipped_contract(key: str) -> None:
    contract = load_contract(ROOT / f"{key}.yaml", ROOT)
    made = example(contract, LATER)
    assert made.rows.schema == contract.schema
    assert made.rows.height > 100
    verdict = audit(made.rows.lazy(), contract, references=made.references, now=LATER).verdict
    assert [rule.name for rule in verdict.rules if rule.rows_failed] == []
    assert verdict.rows_quarantined == 0


def test_example_rows_are_the_same_each_time_and_meet_conditions(tmp_path: Path) -> None:
    contract = sales_contract(tmp_path)
    one, other = example(contract, NOW), example(contract, NOW)
    assert one.rows.equals(other.rows)
    food = one.rows.filter(pl.col("kind") == "food")
    assert food.height > 5
    assert food["quantity"].is_between(1, 100).all()
    known = one.references["raw/products"].collect()["product"]
    assert one.rows["product"].is_in(known.implode()).all()
