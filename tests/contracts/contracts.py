"""A small contract and frames that break it, for the tests of the gate."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from ecrec_assets.contracts.gate import audit
from ecrec_assets.contracts.model import Column, Contract, Rule
from ecrec_assets.contracts.odcs import load_contract
from ecrec_assets.verdict import Audit, RuleResult

NOW = datetime(2017, 3, 1, 12, tzinfo=UTC)

SALES = """
apiVersion: v3.1.0
kind: DataContract
id: raw-sales
version: 1.2.0
status: active
description: {purpose: What was sold.}
customProperties: [{property: quarantineLimit, value: 0.5}]
schema:
  - name: sales
    properties:
      - {name: line, logicalType: integer, physicalType: Int64, required: true, primaryKey: true}
      - {name: card, logicalType: string, physicalType: String, classification: pseudonymous}
      - name: product
        logicalType: integer
        physicalType: Int64
        required: true
        relationships: [{type: foreignKey, to: raw/products.product}]
      - {name: kind, logicalType: string, physicalType: String, enum: [{value: food}, {value: fuel}]}
      - name: quantity
        logicalType: integer
        physicalType: Int64
        quality:
          - name: quantity_counts_pieces
            type: custom
            dimension: accuracy
            severity: critical
            description: Fuel is counted in another unit.
            implementation:
              type: expect_column_values_to_be_between
              kwargs: {min_value: 1, max_value: 100, mostly: 0.5}
              where: {kind: food}
            customProperties: [{property: onFail, value: quarantine}]
      - {name: price, logicalType: number, physicalType: Float64}
      - {name: sold_at, logicalType: timestamp, physicalType: Datetime}
slaProperties: [{property: freshness, value: 48, unit: h, element: sales.sold_at}]
"""

GOOD = {
    "line": [1, 2, 3, 4],
    "card": ["c1", "c2", "c1", None],
    "product": [10, 11, 10, 12],
    "kind": ["food", "food", "fuel", "food"],
    "quantity": [1, 2, 8000, 3],
    "price": [1.5, 2.0, 40.0, None],
    "sold_at": [datetime(2017, 2, 28, hour) for hour in (8, 9, 10, 11)],
}
SCHEMA = {
    "line": pl.Int64, "card": pl.String, "product": pl.Int64, "kind": pl.String, "quantity": pl.Int64,
    "price": pl.Float64, "sold_at": pl.Datetime("us"),
}  # fmt: skip
PRODUCTS = {"raw/products": pl.LazyFrame({"product": [10, 11, 12, 13]})}


def sales_contract(folder: Path) -> Contract:
    path = folder / "raw" / "sales.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(SALES)
    return load_contract(path, folder)


def sales(**columns: list[Any]) -> pl.LazyFrame:
    """Four good lines, with columns replaced by those given."""
    return pl.LazyFrame({**GOOD, **columns}, schema=SCHEMA)


def rule(expectation: str, name: str = "the_rule", **arguments: Any) -> Rule:
    """One rule; `on_fail`, `severity` and `where` are the rule's, all else goes to the expectation."""
    about = {key: arguments.pop(key) for key in ("on_fail", "severity", "where") if key in arguments}
    return Rule(
        name, expectation, arguments, "accuracy", about.get("severity", "critical"), about.get("on_fail", "quarantine"),
        "Because.", about.get("where", ()),
    )  # fmt: skip


def contract_of(frame: pl.LazyFrame, *rules: Rule, private: tuple[str, ...] = ()) -> Contract:
    """A contract with the columns of a frame and only the rules given."""
    columns = tuple(
        Column(name, dtype, classification="personal" if name in private else "")
        for name, dtype in frame.collect_schema().items()
        if name != "_unreadable"
    )
    return Contract("raw/made", "1.0.0", "", columns, rules, digest="0123456789abcdef")


def audited(frame: pl.LazyFrame, *rules: Rule, private: tuple[str, ...] = (), **arguments: Any) -> Audit:
    return audit(frame, contract_of(frame, *rules, private=private), now=NOW, **arguments)


def result_of(frame: pl.LazyFrame, one: Rule, **arguments: Any) -> RuleResult:
    """The result of one rule on a frame that has the contract's schema."""
    return audited(frame, one, **arguments).verdict.rule(one.name)


def quarantined(result: Audit, column: str) -> list[Any]:
    return result.split.quarantined.collect()[column].to_list()


def clean(result: Audit, column: str) -> list[Any]:
    return result.split.clean.collect()[column].to_list()
