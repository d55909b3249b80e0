"""A table with every kind of value, published through the real gate, some rows in quarantine."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl

from ecrec_assets.components.publish import Outcome, write_audit_publish
from ecrec_assets.contracts.odcs import find_contract
from ecrec_assets.lake.store import Lake

SALES = """
apiVersion: v3.1.0
kind: DataContract
id: sales
version: 1.0.0
status: active
description: {purpose: What was sold.}
customProperties: [{property: owner, value: shop}, {property: quarantineLimit, value: 0.5}]
schema:
  - name: sales
    properties:
      - {name: line, logicalType: integer, physicalType: Int64, required: true, primaryKey: true}
      - {name: code, logicalType: string, physicalType: String, classification: pseudonymous}
      - {name: note, logicalType: string, physicalType: String}
      - {name: sold, logicalType: timestamp, physicalType: Datetime}
      - {name: tags, logicalType: array, physicalType: List(String)}
      - name: price
        logicalType: number
        physicalType: Float64
        quality:
          - name: price_is_positive
            type: custom
            engine: greatExpectations
            dimension: accuracy
            severity: critical
            description: Nothing is free.
            implementation: {type: expect_column_values_to_be_between, kwargs: {min_value: 0.01, mostly: 0.5}}
            customProperties: [{property: onFail, value: quarantine}]
          - name: price_is_not_huge
            type: custom
            engine: greatExpectations
            dimension: accuracy
            severity: critical
            description: A price above a thousand is a typing error.
            implementation: {type: expect_column_values_to_be_between, kwargs: {max_value: 1000, mostly: 0.75}}
            customProperties: [{property: onFail, value: quarantine}]
"""
KEY = "raw/sales"
COLUMNS = {
    "line": pl.Int64,
    "code": pl.String,
    "note": pl.String,
    "sold": pl.Datetime("us"),
    "tags": pl.List(pl.String),
    "price": pl.Float64,
}
BAD = {
    1: {"code": "007", "note": "", "price": -1.25, "tags": ["=a", None]},
    2: {"code": '=HYPERLINK("http://x")', "note": None, "price": -0.30000000000000004, "tags": []},
    3: {"code": "'quoted", "note": " spaces ", "price": -2.0, "tags": None},
}


def sales(rows: int = 12) -> pl.LazyFrame:
    """Lines 1, 2 and 3 have a negative price; what else is strange about them is nobody's fault."""
    good = {"code": "A1", "note": "fine", "price": 5.0, "tags": ["x", "y"]}
    moment = datetime(2017, 1, 31, 8, 30, 0, 123456)
    lines = [{"line": n, "sold": moment, **good, **BAD.get(n, {})} for n in range(rows)]
    return pl.LazyFrame(lines, schema=COLUMNS)


def publish(lake: Lake, expectations: Path, frame: pl.LazyFrame, text: str = SALES) -> Outcome:
    """Through write, audit, publish."""
    (expectations / "raw").mkdir(parents=True, exist_ok=True)
    (expectations / "raw" / "sales.yaml").write_text(text)
    contract = find_contract(KEY, expectations)
    return write_audit_publish(
        lake, contract, lambda: frame, inputs={}, fingerprint="made of this", references={}, run_id="run"
    )
