"""The proof of a contract: every rule is shown to fail, alone where it can."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.contracts.model import Condition, Rule
from ecrec_assets.contracts.proof.prove import prove
from ecrec_assets.contracts.proof.result import Proof, RuleProof
from tests.contracts.contracts import NOW, PRODUCTS, contract_of, rule, sales_contract

ROWS = 60
BETWEEN = "expect_column_values_to_be_between"


@pytest.fixture
def frame() -> pl.LazyFrame:
    return pl.LazyFrame(
        {
            "id": range(1, ROWS + 1),
            "kind": ["food", "fuel", "toys"] * (ROWS // 3),
            "quantity": [1 + i % 9 for i in range(ROWS)],
            "price": [1.5 + i % 7 for i in range(ROWS)],
            "paid": [1.0 + i % 7 for i in range(ROWS)],
            "code": [f"A{i:03}" for i in range(ROWS)],
            "at": [datetime(2017, 1, 1) + timedelta(hours=12 * i) for i in range(ROWS)],
        }
    )


def proof_of(frame: pl.LazyFrame, *rules: Rule) -> Proof:
    return prove(contract_of(frame, *rules), frame, now=NOW)


def only(frame: pl.LazyFrame, one: Rule) -> RuleProof:
    (found,) = proof_of(frame, one).rules
    return found


def test_every_rule_of_a_contract_is_shown_to_fail_by_a_defect_of_its_own(tmp_path: Path) -> None:
    sales = pl.LazyFrame(
        {
            "line": range(ROWS),
            "card": ["c1", "c2", None] * (ROWS // 3),
            "product": [10, 11, 12] * (ROWS // 3),
            "kind": ["food", "fuel"] * (ROWS // 2),
            "quantity": [1 + i % 50 for i in range(ROWS)],
            "price": [2.5] * ROWS,
            "sold_at": [datetime(2017, 2, 20) + timedelta(hours=4 * i) for i in range(ROWS)],
        }
    )
    proof = prove(sales_contract(tmp_path), sales, references=PRODUCTS, now=NOW)
    states = {each.rule: each.state for each in proof.rules}
    assert states.pop("line_is_present") == "with others", "a missing key breaks the key rule as well"
    assert states.pop("has_rows") == "with others", "no rows are not fresh either"
    assert set(states.values()) == {"alone"}, states
    assert proof.rows == ROWS
    assert not proof.unproven


@pytest.mark.parametrize(
    ("stated", "planted"),
    [
        (rule("expect_column_values_to_not_be_null", column="kind"), "kind missing"),
        (rule("expect_column_values_to_be_in_set", column="kind", value_set=["food", "fuel", "toys"]), "kind = 'FOOD'"),
        (rule(BETWEEN, column="quantity", min_value=1, max_value=9), "quantity = 0, below 1"),
        (rule(BETWEEN, column="price", min_value=0, strict_min=True), "price = 0, below 0"),
        (rule("expect_column_values_to_match_regex", column="code", regex="^A[0-9]{3}$"), "code with a § at its end"),
        (rule("expect_column_values_to_not_match_regex", column="code", regex="^Z9$"), "code = 'Z9'"),
        (rule("expect_column_value_lengths_to_equal", column="code", value=4), "code with 3 characters"),
        (rule("expect_column_values_to_be_unique", column="id"), "id as in another row"),
        (rule("expect_column_list_to_be_a_key", column_list=["id", "kind"]), "id, kind as in another row"),
        (rule("expect_rows_to_be_distinct"), "7 columns as in another row"),
        (
            rule("expect_column_pair_values_a_to_be_greater_than_b", column_A="price", column_B="paid"),
            "price just below paid",
        ),
        (rule("expect_expression_to_hold", left={"sub": ["price", "paid"]}, operator="==", right=0.5), "price = inf"),
        (rule("expect_column_values_to_be_in_one_group", column="id", group_column="kind"), "id of a row in another"),
        (rule("expect_table_row_count_to_be_between", on_fail="block", min_value=50), "only 49 rows"),
        (rule("expect_days_to_have_rows", on_fail="block", column="at"), "a day in the middle lost"),
        (
            rule("expect_column_distinct_values_to_contain_set", on_fail="block", column="kind", value_set=["toys"]),
            "no row with kind = 'toys'",
        ),
        (
            rule("expect_largest_class_share_to_be_at_most", on_fail="block", column="kind", max_share=0.4),
            "of all kind",
        ),
        (rule("expect_column_mean_to_be_between", on_fail="block", column="quantity", max_value=6), "quantity"),
    ],
    ids=lambda value: value.expectation if isinstance(value, Rule) else "",
)
def test_each_kind_of_rule_gets_a_fitting_defect(frame: pl.LazyFrame, stated: Rule, planted: str) -> None:
    proof = only(frame, stated)
    assert proof.state == "alone"
    assert proof.planted.startswith(planted)


def test_a_rule_that_cannot_fail_is_named(frame: pl.LazyFrame) -> None:
    proof = proof_of(
        frame,
        rule("expect_column_values_to_match_regex", "anything_goes", column="code", regex=".*", mostly=0.9),
        rule(BETWEEN, "bounded", column="quantity", min_value=1),
    )
    assert [each.rule for each in proof.unproven] == ["anything_goes"]
    assert proof.unproven[0].tried > 20


def test_a_rule_that_another_implies_is_named_with_it(frame: pl.LazyFrame) -> None:
    proof = proof_of(
        frame,
        rule(BETWEEN, "wide", column="quantity", min_value=0, max_value=100),
        rule(BETWEEN, "narrow", column="quantity", min_value=1, max_value=9),
    )
    wide, narrow = proof.rules
    assert proof.redundant == (wide,)
    assert wide.shares_all_with == ("narrow",)
    assert narrow.state == "alone"


def test_what_the_base_itself_breaks_is_not_called_proven(frame: pl.LazyFrame) -> None:
    proof = proof_of(
        frame,
        rule("expect_table_row_count_to_be_between", "many", on_fail="block", min_value=1_000),
        rule(BETWEEN, "of_none", column="quantity", min_value=0, where=(Condition("kind", "==", "books"),)),
    )
    assert [each.state for each in proof.rules] == ["not checked", "not checked"]
    assert "60" in proof.rules[0].planted
    assert proof.rules[1].planted == "it asks about no row of these"


def test_a_defect_for_a_rule_with_a_condition_is_planted_where_the_rule_looks(frame: pl.LazyFrame) -> None:
    stated = rule(BETWEEN, column="quantity", max_value=9, where=(Condition("kind", "==", "fuel"),))
    assert only(frame, stated).at_limit == "1 of 20 rows block"


def test_one_row_more_than_the_limit_allows_blocks(frame: pl.LazyFrame) -> None:
    blocking = rule(BETWEEN, column="quantity", min_value=1, mostly=0.9)
    warning = rule(BETWEEN, column="quantity", min_value=1, mostly=0.9, severity="warning", on_fail="warn")
    assert only(frame, blocking).at_limit == "7 of 60 rows block"
    assert only(frame, warning).at_limit == "7 of 60 rows fail the rule"


def test_a_rule_about_the_whole_table_that_minds_one_row_is_told(frame: pl.LazyFrame) -> None:
    proof = proof_of(
        frame,
        rule("expect_column_values_to_be_unique", "one_id", column="id"),
        rule(BETWEEN, "few_pieces", column="quantity", max_value=9),
        rule("expect_column_max_to_be_between", "the_most", on_fail="block", column="quantity", max_value=9),
    )
    assert {each.rule: (each.state, each.beside) for each in proof.rules} == {
        "one_id": ("alone", ()),
        "few_pieces": ("with others", ("the_most",)),
        "the_most": ("alone", ()),
    }


def test_rows_that_break_a_rule_already_are_not_planted_in(frame: pl.LazyFrame) -> None:
    spoiled = frame.with_columns(quantity=pl.when(pl.col("id") <= 5).then(-1).otherwise("quantity"))
    proof = only(spoiled, rule(BETWEEN, column="quantity", min_value=1, mostly=0.8))
    assert proof.state == "alone"


def test_the_same_contract_and_rows_give_the_same_proof(frame: pl.LazyFrame) -> None:
    rules = (rule(BETWEEN, "bounded", column="price", max_value=9), rule("expect_rows_to_be_distinct", "distinct"))
    assert proof_of(frame, *rules) == proof_of(frame, *rules)
