import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from ecrec_assets.cli import app

runner = CliRunner()
CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: raw-orders
version: 1.0.0
status: active
description: {purpose: Orders of a shop.}
customProperties: [{property: owner, value: shop}, {property: quarantineLimit, value: 0.3}]
schema:
  - name: orders
    properties:
      - {name: order_id, logicalType: integer, physicalType: Int64, required: true, primaryKey: true, description: Key.}
      - {name: customer, logicalType: string, physicalType: String, classification: personal, description: Who.}
      - name: product
        logicalType: string
        physicalType: String
        description: What.
        relationships: [{type: foreignKey, to: raw/products.product}]
      - name: pieces
        logicalType: integer
        physicalType: Int64
        description: How many.
        quality:
          - name: pieces_are_few
            type: custom
            engine: greatExpectations
            dimension: accuracy
            severity: critical
            description: More than a hundred is a typing error.
            implementation:
              type: expect_column_values_to_be_between
              kwargs: {min_value: 1, max_value: 100, mostly: 0.7}
            customProperties: [{property: onFail, value: quarantine}]
          - name: pieces_are_seldom_one
            type: custom
            engine: greatExpectations
            dimension: balance
            severity: warning
            description: Orders of one piece do not pay.
            implementation: {type: expect_largest_class_share_to_be_at_most, kwargs: {max_share: 0.1}}
            customProperties: [{property: onFail, value: warn}]
"""
ROWS = """order_id,customer,product,pieces
1,=HYPERLINK(1),tea,2
2,Bob,tea,2
3,Cem,tea,500
4,Dee,tea,3
"""


@pytest.fixture
def folder(home: Path, tmp_path: Path) -> Path:
    (tmp_path / "orders.yaml").write_text(CONTRACT)
    (tmp_path / "orders.csv").write_text(ROWS)
    (tmp_path / "products.csv").write_text("product\ntea\n")
    return tmp_path


def asked(folder: Path, *more: str, table: str = "orders.csv") -> list[str]:
    reference = f"raw/products={folder / 'products.csv'}"
    contract = ["--contract", str(folder / "orders.yaml"), "--reference", reference]
    return ["contract", "check", str(folder / table), *contract, *more]


def test_the_verdict_names_rules_rows_and_what_the_gate_would_do(folder: Path) -> None:
    result = runner.invoke(app, asked(folder))
    assert result.exit_code == 0, result.output
    line = next(line for line in result.stdout.splitlines() if "pieces_are_few" in line)
    assert all(part in line for part in ("accuracy", "quarantines", "1", "25.00%", "between 1 and 100", "500"))
    assert "The gate would publish 3 rows and keep 1 in quarantine (25.00%). 1 rule warns." in result.stdout


def test_what_only_warns_fails_a_strict_check(folder: Path) -> None:
    assert runner.invoke(app, asked(folder, "--strict")).exit_code == 1


def test_a_table_that_would_not_be_published_ends_with_1_and_says_why(folder: Path) -> None:
    (folder / "orders.csv").write_text(ROWS.replace("pieces", "items"))
    result = runner.invoke(app, asked(folder))
    assert result.exit_code == 1
    assert "The gate would publish nothing" in result.stdout
    assert "pieces" in result.stdout


def test_for_scripts_the_whole_verdict_is_json(folder: Path) -> None:
    verdict = json.loads(runner.invoke(app, asked(folder, "--json")).stdout)
    assert (verdict["rows_in"], verdict["rows_quarantined"]) == (4, 1)
    assert {rule["name"] for rule in verdict["rules"]} >= {"pieces_are_few", "schema_matches"}


def test_values_of_personal_columns_are_not_shown(folder: Path) -> None:
    (folder / "orders.yaml").write_text(
        CONTRACT.replace("classification: personal,", "classification: personal, required: true, enum: [{value: Bob}],")
    )
    result = runner.invoke(app, asked(folder))
    assert "(personal)" in result.stdout
    assert "Cem" not in result.stdout


def test_failing_rows_are_written_with_their_rules_and_stay_text_in_a_spreadsheet(folder: Path) -> None:
    (folder / "orders.csv").write_text(ROWS.replace("tea,2\n2", "tea,200\n2", 1))
    out, clean = folder / "failing.csv", folder / "clean.parquet"
    runner.invoke(app, asked(folder, "--quarantine", str(out), "--clean", str(clean)))
    failing = pl.read_csv(out)
    assert failing["order_id"].to_list() == [1, 3]
    assert failing["customer"].to_list() == ["'=HYPERLINK(1)", "Cem"]
    assert failing["_failed_rules"].to_list() == ["pieces_are_few", "pieces_are_few"]
    assert pl.read_parquet(clean)["order_id"].to_list() == [2, 4]


def test_a_value_that_cannot_be_read_is_a_failing_row_with_its_text(folder: Path) -> None:
    (folder / "orders.csv").write_text(ROWS.replace("500", "five"))
    out = folder / "failing.parquet"
    runner.invoke(app, asked(folder, "--quarantine", str(out)))
    assert pl.read_parquet(out)["_unreadable"].to_list() == ['{"pieces": "five"}']


def test_broken_references_are_looked_up_where_told(folder: Path) -> None:
    (folder / "products.csv").write_text("product\ncoffee\n")
    result = runner.invoke(app, asked(folder))
    assert result.exit_code == 1
    assert "product_exists_in_raw_products" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["orders.csv", "--contract", "raw/nowhere"], "no contract 'raw/nowhere'"),
        (["nowhere.csv", "--contract", "orders.yaml"], "neither a file that exists nor a published table"),
        (["orders.csv", "--contract", "orders.yaml", "--quarantine", "rows.xlsx"], "ends in .csv or .parquet"),
        (["broken.csv", "--contract", "orders.yaml"], "line 3 has 1 values"),
    ],
)
def test_what_cannot_be_read_ends_with_2_and_a_reason(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(folder)
    (folder / "broken.csv").write_text("order_id,pieces\n1,2\n3\n")
    result = runner.invoke(app, ["contract", "check", *arguments])
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
