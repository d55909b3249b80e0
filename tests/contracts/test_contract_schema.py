"""The JSON schema that editors use, and the index of names that loading and the schema are built from."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from ecrec_assets.contracts.odcs import contract_files
from ecrec_assets.contracts.reading import known
from ecrec_assets.contracts.reading.build_known import text as built
from ecrec_assets.contracts.schema import FILE_NAME, json_schema, text
from tests.contracts.orders import ORDERS, problems_at_load, spoiled
from tests.contracts.test_odcs_mistakes import MISTAKES

EXPECTATIONS = Path(__file__).parents[2] / "expectations"
SCHEMA = Draft7Validator(json_schema())
NOT_FOR_A_SCHEMA = (  # relations between places, which a JSON schema cannot state
    "min_value 100 is above", "a strict limit leaves", "give two numbers or two times", "two rules are called",
    "is there twice", "has a name of", "invisible character", "did you mean 'onFail'", "did you mean 'quarantineLimit'",
    "did you mean 'freshness'", "holds inf", "holds nan", "is the date", "'value_set' is empty", "'enum' is the text",
    "'$PARAMETER'",
)  # fmt: skip


def as_json(value: Any) -> Any:
    """An editor reads YAML 1.2, where a date is a text."""
    if isinstance(value, dict):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def errors(contract: str) -> list[str]:
    return [error.message for error in SCHEMA.iter_errors(as_json(yaml.safe_load(contract)))]


def test_the_schema_is_one() -> None:
    Draft7Validator.check_schema(json_schema())


def test_the_shipped_schema_is_up_to_date() -> None:
    shipped = (EXPECTATIONS / FILE_NAME).read_text(encoding="utf-8")
    assert shipped == text(), f"run 'ecrec contract schema -o expectations/{FILE_NAME}'"


def test_the_index_is_what_great_expectations_and_the_standard_have() -> None:
    shipped = known.FILE.read_text(encoding="utf-8")
    assert json.loads(shipped) == json.loads(built()), "run 'python -m ecrec_assets.contracts.reading.build_known'"


@pytest.mark.parametrize("path", contract_files(EXPECTATIONS), ids=lambda path: path.stem)
def test_every_shipped_contract_is_valid(path: Path) -> None:
    assert errors(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", contract_files(EXPECTATIONS), ids=lambda path: path.stem)
def test_every_shipped_contract_names_the_schema(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    named = first.removeprefix("# yaml-language-server: $schema=")
    assert named != first
    assert (path.parent / named).resolve() == (EXPECTATIONS / FILE_NAME).resolve()


def test_the_sound_contract_is_valid() -> None:
    assert errors(ORDERS) == []


@pytest.mark.parametrize(
    ("find", "replace"),
    [mistake[:2] for mistake in MISTAKES if not any(part in mistake[2] for part in NOT_FOR_A_SCHEMA)],
)
def test_an_editor_underlines_what_loading_refuses(tmp_path: Path, find: str, replace: str) -> None:
    assert errors(spoiled(find, replace)) != []
    assert problems_at_load(tmp_path, spoiled(find, replace)) != []


def test_an_editor_offers_expectations_their_arguments_and_closed_lists() -> None:
    schema = json_schema()
    definitions = schema["definitions"]
    offered = {
        each["const"]: each["description"]
        for each in definitions["ColumnImplementation"]["properties"]["type"]["anyOf"]
    }
    assert offered["expect_column_values_to_be_between"].startswith("Expect the column entries to be between")
    assert "expect_expression_to_hold" in offered
    arguments = definitions["kwargs_expect_column_values_to_be_between"]["properties"]
    assert arguments["mostly"]["anyOf"][0] == {"type": "number", "minimum": 0.0, "maximum": 1.0}
    assert definitions["ColumnRule"]["properties"]["severity"]["enum"] == ["critical", "warning", "info"]
    assert definitions["Where"]["anyOf"][1]["items"]["properties"]["operator"]["enum"][:2] == ["==", "!="]
    assert definitions["SchemaProperty"]["properties"]["physicalType"]["enum"][:2] == ["Int64", "Int32"]
    assert len(schema["properties"]["id"]["description"]) > 10
