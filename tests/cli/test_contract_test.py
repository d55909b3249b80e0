"""`ecrec contract test` as a person and a script use it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ecrec_assets.cli import app

runner = CliRunner()

CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: raw-codes
version: 1.0.0
status: active
description: {purpose: Codes.}
schema:
  - name: codes
    properties:
      - {name: id, logicalType: integer, physicalType: Int64, required: true}
      - name: code
        logicalType: string
        physicalType: String
        quality:
          - name: code_is_a_code
            type: custom
            engine: greatExpectations
            dimension: accuracy
            severity: critical
            description: A code of another form belongs to another system.
            implementation: {type: expect_column_values_to_match_regex, kwargs: {regex: "^[A-Z]{2}[0-9]{2}$"}}
            customProperties: [{property: onFail, value: block}]
"""


@pytest.fixture
def codes(tmp_path: Path, home: Path) -> Path:
    path = tmp_path / "codes.yaml"
    path.write_text(CONTRACT)
    return path


def test_a_contract_without_data_is_proven_on_example_rows(codes: Path) -> None:
    result = runner.invoke(app, ["contract", "test", str(codes)], terminal_width=200)
    assert result.exit_code == 0, result.output
    said = " ".join(result.output.split())
    assert "example rows made from the contract" in said
    assert "code_is_a_code" in said
    assert "0 never failed" in said


def test_a_rule_that_cannot_fail_fails_the_test_and_is_named(codes: Path) -> None:
    codes.write_text(CONTRACT.replace("^[A-Z]{2}[0-9]{2}$", ".*"))
    result = runner.invoke(app, ["contract", "test", str(codes), "--json"])
    assert result.exit_code == 1, result.output
    proof = json.loads(result.stdout)
    assert [rule["rule"] for rule in proof["rules"] if rule["state"] == "never"] == ["code_is_a_code"]


def test_an_unknown_contract_is_a_wrong_usage(home: Path) -> None:
    result = runner.invoke(app, ["contract", "test", "raw/productz"])
    assert result.exit_code == 2
    assert "raw/products" in result.stderr
