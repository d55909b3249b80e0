"""Contract files that cannot be understood: each mistake is named with its line and the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecrec_assets.contracts.odcs import ContractFileError, find_contract, load_contract, load_contracts
from tests.contracts.orders import ORDERS, line_of, problems_at_load, spoiled, with_rule, write

BETWEEN = "type: expect_column_values_to_be_between"
LIMITS = "{min_value: 1, max_value: 100, mostly: 0.99}"
WHERE = '[{column: channel, operator: "==", value: web}]'

MISTAKES = [
    # what the author wrote instead of what, what the message says
    (BETWEEN, "type: expect_column_value_to_be_between", "did you mean 'expect_column_values_to_be_between'?"),
    (BETWEEN, "type: 5", "give an 'implementation' with a 'type'"),
    (BETWEEN, "typ: expect_column_values_to_be_between", "give an 'implementation' with a 'type'"),
    (LIMITS, "{min: 1}", "'min' is no argument of expect_column_values_to_be_between; did you mean"),
    (LIMITS, "{minimum_value: 1}", "did you mean 'min_value'?"),
    (LIMITS, '{min_value: "1"}', "'min_value' is the text '1'; it must be a number or a time"),
    (LIMITS, '{min_value: "1"}', "write 1 without quotes"),
    (LIMITS, "{min_value: few}", "'min_value' is the text 'few'"),
    (LIMITS, "{min_value: true}", "'min_value' is true; it must be a number"),
    (LIMITS, "{min_value: .nan}", "'min_value' holds nan"),
    (LIMITS, "{max_value: .inf}", "'max_value' holds inf"),
    (LIMITS, "{min_value: 100, max_value: 1}", "min_value 100 is above max_value 1"),
    (LIMITS, "{min_value: 1, max_value: 1, strict_min: true}", "a strict limit leaves no value"),
    (LIMITS, "{min_value: 1, max_value: 2017-01-01}", "give two numbers or two times"),
    (LIMITS, "{min_value: 1, mostly: 99}", "'mostly' is 99; it must be at most 1; 99 % is 0.99"),
    (LIMITS, "{min_value: 1, mostly: -0.1}", "'mostly' is -0.1; it must be at least 0"),
    (LIMITS, "[1, 100]", "'kwargs' is a list; it must be a mapping"),
    (LIMITS, "{min_value: 1, row_condition: \"__import__('os')\"}", "'row_condition' is not allowed"),
    (LIMITS, "{min_value: {$PARAMETER: now()}}", "'$PARAMETER' is not allowed"),
    (LIMITS, "{min_value: 1, severity: critical}", "'severity' is no argument; it stands on the rule"),
    ("kwargs: {column: channel, value_set: [web]}", "kwargs: {column: channel, value_set: []}", "'value_set' is empty"),
    ("kwargs: {column: channel, value_set: [web]}", "kwargs: {column: channel}", "needs 'value_set'"),
    ("kwargs: {column: channel, value_set: [web]}", "kwargs: {value_set: [web]}", "needs 'column'"),
    (WHERE, "channel = web", "code is never accepted"),
    (WHERE, '[{column: channel, operator: "=", value: web}]', "operator '=' of 'where' is unknown"),
    (WHERE, "[{column: channel, operator: isnull}]", "did you mean 'is null'?"),
    (WHERE, "[{column: channel, operator: in, value: web}]", "takes a list"),
    (WHERE, "[{colum: channel, operator: in, value: [web]}]", "'colum' is no field of 'where'; did you mean 'column'?"),
    ("severity: critical", "severty: critical", "'severty' is no field of a rule; did you mean 'severity'?"),
    ("severity: critical", "severity: crtical", "'severity' is 'crtical'; did you mean 'critical'?"),
    ("dimension: accuracy", "dimension: correctness", "must be one of completeness, consistency"),
    ("dimension: accuracy", "method: x", "'dimension' is missing"),
    ("description: Fuel is recorded in another unit and looks like thousands of pieces.", "unit: rows", "says why"),
    ("name: quantity_counts_pieces", "name: counts pieces", "give a 'name' of letters"),
    ("name: quantity_counts_pieces", "name: sales_reach_the_web", "two rules are called 'sales_reach_the_web'"),
    ("{property: onFail, value: quarantine}", "{property: onFial, value: block}", "did you mean 'onFail'?"),
    ("{property: onFail, value: quarantine}", "{property: onFail, value: quarantin}", "did you mean 'quarantine'?"),
    ("{property: onFail, value: warn}", "{property: onFail, value: quarantine}", "cannot say which rows fail"),
    ("engine: greatExpectations", "engine: soda", "'engine' is 'soda'; write greatExpectations"),
    ("physicalType: String", "physicalType: Strng", "physicalType 'Strng' is unknown; did you mean 'String'?"),
    ("physicalType: String", "physicalType: VARCHAR", "it must be one of Int64"),
    ("name: channel", "name: order_id", "column 'order_id' is there twice"),
    ("name: channel", "name: " + "c" * 500, "has a name of 500 characters"),
    ("name: channel", 'name: "\\u202elennahc"', "invisible character"),
    ("name: channel", "name: 5", "'name' is the number 5; it must be a text: write it in quotes"),
    ("enum: [{value: web}, {value: shop}]", "enum: []", "'enum' is empty"),
    ("enum: [{value: web}, {value: shop}]", "enum: [web]", "'enum' is the text 'web'; it must be a mapping"),
    ("enum: [{value: web}, {value: shop}]", "enum: [{valu: web}]", "did you mean 'value'?"),
    ("required: true", 'required: "true"', "'required' is the text 'true'; it must be true or false"),
    ("to: raw/goods.product_id", "to: ../../etc/passwd.product_id", "cannot be the name of a contract"),
    ("to: raw/goods.product_id", "to: goods", "a relationship names 'table.column'"),
    ("version: 1.0.0", "version: 1.0", 'must be a text: write it in quotes, "1.0"'),
    ("status: active", "statuss: active", "did you mean 'status'?"),
    ("description: {purpose: One order a row.}", "description: One order a row.", "must be a mapping"),
    ("purpose: One order a row.", "purpose: 2017-01-01", "'purpose' is the date 2017-01-01; it must be a text"),
    ("value: 0.01", "value: 5", "it is a share of the rows from 0 to 1; 5 % is 0.05"),
    ("value: 0.01", 'value: "0.01"', "'quarantineLimit' is the text '0.01'"),
    ("property: quarantineLimit", "property: quarantineLimits", "did you mean 'quarantineLimit'?"),
    ("value: 36", 'value: "36"', "freshness: 'value' is the text '36'; it must be a number"),
    ("value: 36", "value: -1", "from 0 to 1,000,000"),
    ("unit: h", "unit: hours", "'unit' is 'hours'; it must be one of m, min, h, d"),
    ("property: freshness", "property: freshnes", "did you mean 'freshness'?"),
    ("element: orders.sold_at", "description: x", "give the 'element'"),
    ("schema:", "schemas:", "did you mean 'schema'?"),
]


@pytest.mark.parametrize(("find", "replace", "message"), MISTAKES, ids=[message[:40] for *_, message in MISTAKES])
def test_a_mistake_is_named_with_its_line_and_the_way_out(
    tmp_path: Path, find: str, replace: str, message: str
) -> None:
    text = spoiled(find, replace)
    problems = [problem for problem in problems_at_load(tmp_path, text) if message in problem.message]
    assert problems, [str(problem) for problem in problems_at_load(tmp_path, text)]
    wanted = line_of(text, replace)
    assert problems[0].file.endswith("raw/orders.yaml")
    assert abs(problems[0].line - wanted) <= 14 and problems[0].line > 0
    if replace.startswith(("severty", "physicalType", "{min", "type: expect", "value:", "unit: h", "version", "to:")):
        assert problems[0].line == wanted


def test_the_sound_contract_loads(tmp_path: Path) -> None:
    path = write(tmp_path, ORDERS)
    contract = load_contract(path, tmp_path)
    assert contract.key == "raw/orders"
    assert contract.primary_key == ("order_id",)
    assert contract.rule("quantity_counts_pieces").kwargs == {
        "min_value": 1, "max_value": 100, "mostly": 0.99, "column": "quantity",
    }  # fmt: skip
    assert contract.rule("channel_is_known").kwargs["value_set"] == ["web", "shop"]
    assert contract.rule("order_id_is_present").kwargs["mostly"] == 0.99


def test_all_problems_of_a_file_are_told_together_with_file_line_and_column(tmp_path: Path) -> None:
    text = spoiled("severity: critical", "severty: critical")
    text = spoiled("physicalType: String", "physicalType: Strng", text)
    text = spoiled("min_value: 1", "min_valu: 1", text)
    path = write(tmp_path, text)
    with pytest.raises(ContractFileError) as raised:
        load_contract(path, tmp_path)
    for part in ("severty: critical", "physicalType: Strng", "min_valu"):
        assert f"{path}:{line_of(text, part)}:" in str(raised.value)


def test_problems_of_several_files_are_told_together(tmp_path: Path) -> None:
    write(tmp_path, spoiled("severity: critical", "severty: critical"))
    write(tmp_path, "schema: 5", "other")
    with pytest.raises(ContractFileError) as raised:
        load_contracts(tmp_path)
    assert {Path(problem.file).stem for problem in raised.value.problems} == {"orders", "other"}


def test_a_circle_of_references_is_told_as_a_way_round(tmp_path: Path) -> None:
    write(tmp_path, ORDERS.replace("raw/goods.product_id", "raw/parcels.order_id"))
    write(tmp_path, ORDERS.replace("raw/goods.product_id", "raw/orders.order_id"), "parcels")
    with pytest.raises(ContractFileError, match=r"raw/orders -> raw/parcels -> raw/orders refer to each other"):
        load_contracts(tmp_path)


def test_a_rule_may_look_at_the_version_of_its_own_table_published_before(tmp_path: Path) -> None:
    text = with_rule(
        "{type: expect_reference_coverage_to_be_at_least,"
        " kwargs: {reference: raw/orders, reference_column: quantity, min_share: 0.9}}"
    )
    write(tmp_path, text)
    assert set(load_contracts(tmp_path)) == {"raw/goods", "raw/orders"}


@pytest.mark.parametrize(
    "text",
    [
        with_rule("{type: expect_column_values_to_not_be_null, kwargs: {column: quantty}}"),
        spoiled("to: raw/goods.product_id", "to: raw/nothing.product_id"),
        spoiled("element: orders.sold_at", "element: orders.sold"),
    ],
)
def test_what_holds_back_only_one_table_does_not_stop_the_others_from_loading(tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    assert set(load_contracts(tmp_path)) == {"raw/goods", "raw/orders"}


def test_unique_columns_and_the_order_of_the_key_follow_from_the_schema(tmp_path: Path) -> None:
    text = spoiled("required: true, primaryKey: true}", "unique: true, primaryKey: true, primaryKeyPosition: 2}")
    text = spoiled("physicalType: String,", "physicalType: String, primaryKey: true, primaryKeyPosition: 1,", text)
    contract = load_contract(write(tmp_path, text), tmp_path)
    assert contract.primary_key == ("channel", "order_id")
    assert contract.rule("order_id_is_unique").expectation == "expect_column_values_to_be_unique"


def test_a_contract_is_found_by_key_by_path_and_by_its_nearest_name(tmp_path: Path) -> None:
    path = write(tmp_path, ORDERS)
    assert find_contract("raw/orders", tmp_path) == find_contract(str(path), tmp_path)
    with pytest.raises(ContractFileError, match="did you mean 'raw/orders'"):
        find_contract("raw/order", tmp_path)
    (tmp_path / "words.txt").write_text("a secret")
    with pytest.raises(ContractFileError, match="holds no mapping") as raised:
        find_contract(str(tmp_path / "words.txt"), tmp_path)
    assert "secret" not in str(raised.value)
    with pytest.raises(ContractFileError, match="no contract"):
        find_contract("a\0b", tmp_path)
