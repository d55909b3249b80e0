"""Labelled queries and what is known of their labels, published through the real gate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from ecrec_assets.components.publish import write_audit_publish
from ecrec_assets.contracts.odcs import find_contract
from ecrec_assets.lake.store import Lake
from ecrec_assets.prepare.label_noise.report import label_report
from tests.prepare.label_noise.judged import BORDER, MISSED, RIGHT, TAGS, WRONG_TYPE, judged

QUERIES = """
apiVersion: v3.1.0
kind: DataContract
id: queries
version: 1.0.0
status: active
description: {purpose: What shoppers type.}
customProperties: [{property: owner, value: shop}]
schema:
  - name: queries
    properties:
      - {name: query_id, logicalType: string, physicalType: String, required: true, primaryKey: true}
      - {name: tokens, logicalType: array, physicalType: List(String), required: true%s}
      - name: tags
        logicalType: array
        physicalType: List(String)
        required: true
        quality:
          - name: tags_are_iob2
            type: custom
            engine: greatExpectations
            dimension: consistency
            severity: critical
            description: These are the labels.
            implementation: {type: expect_column_tags_to_be_iob2, kwargs: {types: [color, item], token_column: tokens}}
            customProperties: [{property: onFail, value: block}]
      - {name: split, logicalType: string, physicalType: String, required: true}
"""
COLUMN = "      - {{name: {}, logicalType: {}, physicalType: {}, required: true}}\n"
TYPES = {
    pl.String(): "string",
    pl.Int64(): "integer",
    pl.Float64(): "number",
    pl.Boolean(): "boolean",
    pl.List(pl.Float32()): "array",
}
FORMULA = ("=1+1", "=cmd|' /C calc'!A0 lamp", "O O O O", "O O O B-item")
Row = tuple[str, str, str, str]
LABELS: tuple[Row, ...] = (RIGHT, WRONG_TYPE, BORDER, MISSED, FORMULA)


def labels_contract(schema: pl.Schema) -> str:
    """Columns and types, no rules."""
    head = QUERIES.partition("    properties:")[0].replace("queries", "query_labels")
    columns = (COLUMN.format(name, TYPES[dtype], dtype) for name, dtype in schema.items())
    return head + "    properties:\n" + "".join(columns)


def publish_labelled(lake: Lake, expectations: Path, rows: Sequence[Row] = LABELS, *, private: bool = False) -> None:
    """`datasets/queries` and `evaluations/query_labels` of a handful of invented queries."""
    labelled, predicted = judged(*rows)
    found = label_report(labelled, predicted, tags=TAGS)
    personal = ", classification: pseudonymous" if private else ""
    publish(lake, expectations, "datasets/queries", QUERIES % personal, labelled)
    publish(lake, expectations, "evaluations/query_labels", labels_contract(found.collect_schema()), found)


def publish(lake: Lake, expectations: Path, key: str, text: str, frame: pl.LazyFrame) -> None:
    file = expectations / f"{key}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    contract = find_contract(key, expectations)
    outcome = write_audit_publish(
        lake, contract, lambda: frame, inputs={}, fingerprint=str(frame.collect().hash_rows().sum()), references={}
    )
    assert outcome.version is not None, outcome.verdict
