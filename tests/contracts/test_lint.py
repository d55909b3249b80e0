"""Lint: what loads and is wrong all the same, and what could be better."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecrec_assets.contracts.lint.check import lint
from ecrec_assets.contracts.lint.patterns import fault_of
from tests.contracts.orders import (
    ORDERS,
    line_of,
    problems_at_load,
    problems_of_lint,
    spoiled,
    with_rule,
    write,
)

EXPECTATIONS = Path(__file__).parents[2] / "expectations"
BETWEEN = "expect_column_values_to_be_between"
LIMITS = "{min_value: 1, max_value: 100, mostly: 0.99}"
WHERE = '[{column: channel, operator: "==", value: web}]'


def ruled(kind: str, kwargs: str, where: str = "") -> str:
    """The contract with one more rule of `quantity`."""
    return with_rule(f"{{type: {kind}, kwargs: {{{kwargs}}}{f', where: {where}' if where else ''}}}")


ERRORS = [
    # the contract, the code, what the message says, and a text on the line it names
    (ruled(BETWEEN, "min_value: 1, column: quantty"), "unknown-column", "did you mean 'quantity'?", "quantty"),
    (
        ruled("expect_column_pair_values_to_be_equal", "column_A: quantity, column_B: qty"),
        "unknown-column",
        "'qty'",
        "qty",
    ),
    (ruled("expect_compound_columns_to_be_unique", "column_list: [quantity, day]"), "unknown-column", "'day'", "day]"),
    (ruled(BETWEEN, "min_value: 1", "{chanel: web}"), "unknown-column", "did you mean 'channel'?", "{chanel: web}"),
    (
        ruled("expect_expression_to_hold", "left: {sub: [quantity, pieces]}, operator: '>', right: 0"),
        "unknown-column",
        "left: no column 'pieces'",
        "pieces]",
    ),
    (
        ruled("expect_expression_to_hold", "left: {pow: [quantity, 2]}, operator: '>', right: 0"),
        "expression",
        "has to be one operation of",
        "pow",
    ),
    (
        spoiled("element: orders.sold_at", "element: orders.sold"),
        "unknown-column",
        "did you mean 'sold_at'?",
        "orders.sold}",
    ),
    (
        spoiled("raw/goods.product_id", "raw/good.product_id"),
        "unknown-contract",
        "did you mean 'raw/goods'?",
        "raw/good.",
    ),
    (spoiled("raw/goods.product_id", "raw/goods.id"), "unknown-column", "raw/goods has no column 'id'", "raw/goods.id"),
    (
        ruled("expect_column_values_to_exist_in_reference", "reference: raw/bads, reference_column: x"),
        "unknown-contract",
        "'raw/bads'; write its contract first",
        "raw/bads",
    ),
    (
        ruled("expect_column_values_to_exist_in_reference", "reference: ../x, reference_column: x"),
        "wrong-value",
        "cannot be the name of a contract",
        "../x",
    ),
    (
        spoiled(
            "name: product_id\n        logicalType: integer\n        physicalType: Int64",
            "name: product_id\n        logicalType: string\n        physicalType: String",
        ),
        "wrong-type",
        "product_id is String and raw/goods.product_id is Int64",
        "raw/goods.product_id",
    ),
    (
        spoiled("raw/goods.product_id", "raw/orders.order_id"),
        "cycle",
        "raw/orders -> raw/orders",
        "raw/orders.order_id",
    ),
    (
        spoiled("logicalType: string", "logicalType: integer"),
        "wrong-type",
        "logicalType integer and physicalType String",
        "name: channel",
    ),
    (
        ruled(BETWEEN, "min_value: '2017-01-01'"),
        "wrong-type",
        "the text '2017-01-01', and quantity is Int64",
        "'2017-01-01'",
    ),
    (
        ruled("expect_column_values_to_match_regex", "regex: '^a'"),
        "wrong-type",
        "asks for text, and quantity is Int64",
        "new_rule",
    ),
    (ruled("expect_column_max_to_be_recent", "max_age_hours: 3"), "wrong-type", "asks for times", "new_rule"),
    (
        ruled("expect_column_mean_to_be_between", "column: channel, min_value: 3"),
        "wrong-type",
        "asks for numbers",
        "new_rule",
    ),
    (ruled("expect_column_values_to_be_in_set", "value_set: [1, two]"), "wrong-type", "the text 'two'", "two]"),
    (spoiled(WHERE, "{channel: 5}"), "wrong-type", "where holds the number 5, and channel is String", "{channel: 5}"),
    (ruled(BETWEEN, "min_value: 1, mostly: 0"), "cannot-fail", "mostly is 0", "mostly: 0}"),
    (ruled(BETWEEN, "strict_min: true"), "cannot-fail", "neither min_value nor max_value", "new_rule"),
    (
        spoiled("value_set: [web]", "value_set: [web]").replace(
            "expect_column_distinct_values_to_contain_set\n          kwargs: {column: channel, value_set: [web]}",
            "expect_column_values_to_be_in_set\n          kwargs: {column: channel, value_set: [app, post]}",
        ),
        "contradiction",
        "'channel_is_known', which follows from the schema, cannot both hold",
        "sales_reach_the_web",
    ),
    (
        ruled(BETWEEN, "min_value: 200", WHERE),
        "contradiction",
        "'quantity_counts_pieces' in line 22 cannot both",
        "new_rule",
    ),
    (ruled(BETWEEN, "min_value: 200"), "contradiction", "cannot both hold", "new_rule"),
    (
        ruled("expect_column_values_to_be_in_set", "value_set: [0, 101]", WHERE),
        "contradiction",
        "no value meets both",
        "new_rule",
    ),
    (
        ruled("expect_column_values_to_be_null", "column: order_id"),
        "contradiction",
        "'order_id_is_present'",
        "new_rule",
    ),
    (
        ruled(BETWEEN, "min_value: 2", '[{column: channel, operator: "==", value: app}]'),
        "unreachable",
        "'channel_is_known' lets",
        "value: app",
    ),
    (
        ruled(BETWEEN, "min_value: 2", "[{column: order_id, operator: is null}]"),
        "unreachable",
        "order_id is required",
        "is null",
    ),
    (
        ruled(
            BETWEEN,
            "min_value: 2",
            '[{column: order_id, operator: ">", value: 5}, {column: order_id, operator: "<", value: 3}]',
        ),
        "unreachable",
        "no order_id is > 5 and < 3",
        'operator: "<"',
    ),
    (
        ruled("expect_column_values_to_match_regex", "column: channel, regex: '['"),
        "pattern",
        "is no regular expression",
        "regex: '['",
    ),
    (
        ruled("expect_column_values_to_match_regex", "column: channel, regex: 'a^b'"),
        "pattern",
        "can match nothing",
        "a^b",
    ),
    (
        ruled("expect_column_values_to_match_regex", "column: channel, regex: '^[0-9]+$'"),
        "contradiction",
        "no value that 'channel_is_known' allows",
        "[0-9]",
    ),
]

WARNINGS = [
    (spoiled("version: 1.0.0", "version: v1"), "version", "major.minor.patch", "version: v1"),
    (spoiled("version: 1.0.0\n", ""), "version", "'version' is missing", "apiVersion"),
    (spoiled("id: raw-orders\n", ""), "head", "'id' is missing", "apiVersion"),
    (spoiled("status: active", "status: actve"), "head", "did you mean 'active'?", "actve"),
    (spoiled("purpose: One order a row.", "usage: None."), "head", "'description.purpose' is missing", "apiVersion"),
    (
        spoiled("name: sold_at", "name: email_address").replace("sold_at", "email_address"),
        "personal-data",
        "(email",
        "email_address",
    ),
    (
        spoiled("name: channel", "name: customerId").replace("column: channel", "column: customerId"),
        "personal-data",
        "(customer_id)",
        "customerId",
    ),
    (ORDERS[: ORDERS.index("slaProperties")], "freshness", "how old the newest may be", "name: sold_at"),
    (
        spoiled("Fuel is recorded in another unit and looks like thousands of pieces.", "Quantity must count pieces."),
        "reason",
        "repeats the rule",
        "Quantity must",
    ),
    (
        ruled(BETWEEN, "min_value: 1, max_value: 100, mostly: 0.5", WHERE),
        "redundant",
        "'quantity_counts_pieces' does not say",
        "new_rule",
    ),
    (
        ruled(BETWEEN, "min_value: 0, mostly: 0.9", WHERE),
        "redundant",
        "'quantity_counts_pieces' does not say",
        "new_rule",
    ),
    (
        ruled("expect_column_values_to_be_unique", "column: order_id, mostly: 0.9"),
        "redundant",
        "'primary_key_is_unique'",
        "new_rule",
    ),
    (
        ruled("expect_column_values_to_not_be_null", "column: order_id, mostly: 0.9"),
        "null-budget",
        "is required",
        "new_rule",
    ),
    (spoiled("value: warn}", "value: block}"), "severity", "severity warning never blocks", "sales_reach_the_web"),
    (
        spoiled("enum: [{value: web}, {value: shop}]", "enum: [{value: web}, {value: no}]"),
        "yaml-word",
        "reads the bare word no as false",
        "value: no",
    ),
    (
        spoiled("physicalType: String,", "physicalType: String, logicalTypeOptions: {maxLength: 3},"),
        "not-checked",
        "value_lengths",
        "maxLength",
    ),
]


@pytest.mark.parametrize(("text", "code", "message", "part"), ERRORS, ids=[f"{e[1]}-{e[2][:30]}" for e in ERRORS])
def test_a_rule_that_cannot_work_is_an_error_and_still_loads(
    tmp_path: Path, text: str, code: str, message: str, part: str
) -> None:
    assert problems_at_load(tmp_path, text) == []
    found = [p for p in problems_of_lint(tmp_path, text) if p.code == code and message in p.message]
    assert found, [str(problem) for problem in problems_of_lint(tmp_path, text)]
    assert (found[0].level, found[0].line) == ("error", line_of(text, part))


@pytest.mark.parametrize(("text", "code", "message", "part"), WARNINGS, ids=[f"{w[1]}-{w[2][:30]}" for w in WARNINGS])
def test_what_could_be_better_is_a_warning(tmp_path: Path, text: str, code: str, message: str, part: str) -> None:
    found = [p for p in problems_of_lint(tmp_path, text) if p.code == code and message in p.message]
    assert found, [str(problem) for problem in problems_of_lint(tmp_path, text)]
    assert (found[0].level, found[0].line) == ("warning", line_of(text, part))


SOUND = [
    ORDERS,
    ruled(BETWEEN, "min_value: 1, max_value: 50, mostly: 0.5", WHERE),  # a second, tighter band
    ruled(BETWEEN, "min_value: 200, mostly: 0.01", WHERE),  # fits beside 99 % up to 100
    ruled(BETWEEN, "min_value: 200", "[{column: channel, operator: '==', value: shop}]"),  # of other rows
    ruled(BETWEEN, "max_value: 1000, mostly: 0.999"),  # all rows, where the other asks the web only
    ruled("expect_column_values_to_be_in_set", "column: channel, value_set: [web]"),  # tighter than the enum
    ruled("expect_column_values_to_match_regex", "column: channel, regex: '^(web|app)$'"),  # one of the enum has it
    ruled("expect_column_to_exist", "column: brand_new"),
    ruled("expect_column_mean_to_be_between", "min_value: 1, max_value: 3"),
    ruled("expect_column_median_to_be_between", "min_value: 200"),  # where 1 % and other rows may lie above
]


@pytest.mark.parametrize("text", SOUND)
def test_what_is_sound_is_left_in_peace(tmp_path: Path, text: str) -> None:
    assert [str(problem) for problem in problems_of_lint(tmp_path, text)] == []


@pytest.mark.parametrize("pattern", ["a^b", "ab\\Ac", "$a", "a\\Zb", "(?s)x^"])
def test_a_pattern_that_matches_nothing_is_told_apart(pattern: str) -> None:
    assert "can match nothing" in (fault_of(pattern) or "")


@pytest.mark.parametrize(
    "pattern", ["^a$", "a*^b", "^^a", "(?m)a\n^b", "a$\n", "a|^b", "(^a|b)$", "\\d{3}", "", "a\\b"]
)
def test_a_pattern_that_may_match_is_left_in_peace(pattern: str) -> None:
    assert fault_of(pattern) is None


def test_mistakes_of_every_kind_are_told_in_one_run_in_order(tmp_path: Path) -> None:
    text = ruled(BETWEEN, "min_value: 1, column: quantty")
    text = spoiled("severity: critical", "severty: critical", text)
    text = spoiled("version: 1.0.0", "version: v1", text)
    problems = problems_of_lint(tmp_path, text)
    assert {"version", "unknown-field", "unknown-column"} <= {problem.code for problem in problems}
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)


def test_great_expectations_itself_and_the_standard_are_asked(tmp_path: Path) -> None:
    unlike = spoiled("  - name: orders\n", "  - name: orders\n    id: 'not an id!'\n")
    found = problems_of_lint(tmp_path, unlike, engine=True)
    assert [(problem.code, problem.line) for problem in found] == [("standard", line_of(unlike, "not an id"))]
    refused = ruled("expect_multicolumn_sum_to_equal", "column_list: [quantity], sum_total: 3")
    found = problems_of_lint(tmp_path, refused, engine=True)
    assert [(problem.code, problem.line) for problem in found] == [("refused", line_of(refused, "new_rule"))]
    assert "at least two columns" in found[0].message


def test_a_file_that_is_never_read_is_named(tmp_path: Path) -> None:
    write(tmp_path, ORDERS)
    (tmp_path / "raw" / "lost.yml").write_text(ORDERS)
    assert [(p.code, p.message) for p in lint(tmp_path, engine=False)] == [
        ("not-read", "is not read; call it lost.yaml")
    ]


def test_every_contract_of_the_project_is_clean() -> None:
    assert [str(problem) for problem in lint(EXPECTATIONS)] == []
