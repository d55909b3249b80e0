"""A small sound contract, and how to spoil one line of it."""

from __future__ import annotations

from pathlib import Path

from ecrec_assets.contracts.lint.check import lint
from ecrec_assets.contracts.odcs import ContractFileError, load_contract
from ecrec_assets.contracts.reading.problems import Problem

ORDERS = """\
apiVersion: v3.1.0
kind: DataContract
id: raw-orders
version: 1.0.0
status: active
description: {purpose: One order a row.}
customProperties:
  - {property: quarantineLimit, value: 0.01}
schema:
  - name: orders
    properties:
      - {name: order_id, logicalType: integer, physicalType: Int64, required: true, primaryKey: true}
      - name: product_id
        logicalType: integer
        physicalType: Int64
        relationships: [{type: foreignKey, to: raw/goods.product_id}]
      - {name: channel, logicalType: string, physicalType: String, enum: [{value: web}, {value: shop}]}
      - name: quantity
        logicalType: integer
        physicalType: Int64
        quality:
          - name: quantity_counts_pieces
            type: custom
            engine: greatExpectations
            dimension: accuracy
            severity: critical
            description: Fuel is recorded in another unit and looks like thousands of pieces.
            implementation:
              type: expect_column_values_to_be_between
              kwargs: {min_value: 1, max_value: 100, mostly: 0.99}
              where: [{column: channel, operator: "==", value: web}]
            customProperties: [{property: onFail, value: quarantine}]
      - {name: sold_at, logicalType: timestamp, physicalType: Datetime}
    quality:
      - name: sales_reach_the_web
        type: custom
        engine: greatExpectations
        dimension: completeness
        severity: warning
        description: A day without the web shop is a lost delivery.
        implementation:
          type: expect_column_distinct_values_to_contain_set
          kwargs: {column: channel, value_set: [web]}
        customProperties: [{property: onFail, value: warn}]
slaProperties:
  - {property: freshness, value: 36, unit: h, element: orders.sold_at}
"""
GOODS = """\
apiVersion: v3.1.0
kind: DataContract
id: raw-goods
version: 1.0.0
status: active
description: {purpose: One product a row.}
schema:
  - name: goods
    properties:
      - {name: product_id, logicalType: integer, physicalType: Int64, required: true, primaryKey: true}
"""
RULE = """\
          - name: {name}
            type: custom
            engine: greatExpectations
            dimension: accuracy
            severity: critical
            description: Fuel is recorded in another unit and looks like thousands of pieces.
            implementation: {implementation}
            customProperties: [{{property: onFail, value: block}}]
"""
LAST_OF_QUANTITY = "      - {name: sold_at"


def spoiled(find: str, replace: str, source: str = ORDERS) -> str:
    """The contract with the first occurrence of one text replaced."""
    assert find in source
    return source.replace(find, replace, 1)


def with_rule(implementation: str, name: str = "new_rule") -> str:
    """The contract with one more rule of the column `quantity`."""
    rule = RULE.format(name=name, implementation=implementation)
    return spoiled(LAST_OF_QUANTITY, rule + LAST_OF_QUANTITY)


def write(folder: Path, text: str | bytes, name: str = "orders") -> Path:
    """The contract `raw/<name>` in a folder of contracts, beside `raw/goods`."""
    raw = folder / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    (raw / "goods.yaml").write_text(GOODS, encoding="utf-8")
    path = raw / f"{name}.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problems_at_load(folder: Path, text: str | bytes) -> list[Problem]:
    """What loading complains of; no problem when it loads."""
    path = write(folder, text)
    try:
        load_contract(path, folder)
    except ContractFileError as error:
        assert error.problems, error
        return list(error.problems)
    return []


def problems_of_lint(folder: Path, text: str | bytes, *, engine: bool = False) -> list[Problem]:
    """What lint complains of, errors and warnings."""
    return lint(folder, [write(folder, text)], engine=engine)


def line_of(text: str, part: str) -> int:
    """The line of the first occurrence of a text."""
    assert part in text, part
    return text[: text.index(part)].count("\n") + 1
