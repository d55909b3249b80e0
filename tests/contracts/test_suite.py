"""A contract as a Great Expectations suite."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from great_expectations.expectations.row_conditions import AndCondition, ComparisonCondition

from ecrec_assets.contracts.limits import limit_of
from ecrec_assets.contracts.model import Condition, Rule
from ecrec_assets.contracts.suite import RuleError, build_suite, expectation_of, row_condition
from tests.contracts.contracts import rule, sales_contract


def test_every_rule_of_a_contract_becomes_an_expectation_that_says_why(tmp_path: Path) -> None:
    contract = sales_contract(tmp_path)
    suite, refused = build_suite(contract)
    assert refused == {}
    assert suite.name == "raw.sales"
    assert [e.meta["rule"] for e in suite.expectations] == [stated.name for stated in contract.rules]
    for stated, expectation in zip(contract.rules, suite.expectations, strict=True):
        assert expectation.expectation_type == stated.expectation
        assert expectation.severity.value == stated.severity
        assert expectation.notes == stated.reason
        assert expectation.meta == {
            "rule": stated.name,
            "dimension": stated.dimension,
            "reason": stated.reason,
            "onFail": stated.on_fail,
        }


def test_conditions_are_objects_never_text() -> None:
    one = row_condition((Condition("a", ">", 1),))
    both = row_condition((Condition("a", ">", 1), Condition("b", "in", ["x"])))
    assert isinstance(one, ComparisonCondition)
    assert isinstance(both, AndCondition)
    expectation = expectation_of(
        rule("expect_column_values_to_be_unique", column="c", where=(Condition("a", "==", "x; y"),))
    )
    assert isinstance(expectation.row_condition, ComparisonCondition)
    assert expectation.row_condition.parameter == "x; y"


def test_a_day_in_yaml_may_be_a_condition() -> None:
    assert row_condition((Condition("d", "in", [date(2017, 1, 2)]),)).parameter == ["2017-01-02"]


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        (rule("expect_the_moon", column="a"), "no expectation called expect_the_moon"),
        (rule("expect_column_values_to_be_between", column="a", mostly=1.5), "mostly"),
        (
            rule("expect_column_values_to_be_between", column="a", row_condition="a > 1"),
            "'row_condition' is not allowed",
        ),
        (rule("expect_column_values_to_be_unique", where=(Condition("a", "==", 1),)), "column"),
        (rule("expect_column_values_to_be_increasing", column="a"), "cannot say which rows fail"),
        (rule("expect_column_mean_to_be_between", column="a", min_value=1), "cannot say which rows fail"),
        (rule("expect_column_distinct_values_to_be_in_set", column="a", value_set=[1]), "cannot say which rows fail"),
    ],
)
def test_a_rule_that_cannot_be_an_expectation_is_refused_with_the_reason(stated: Rule, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        expectation_of(stated)


@pytest.mark.parametrize(
    ("stated", "limit"),
    [
        (
            rule("expect_column_values_to_be_between", column="a", min_value=1, max_value=1000, mostly=0.98),
            "between 1 and 1000, at least 98 % of rows",
        ),
        (rule("expect_column_values_to_be_between", column="a", min_value=0, strict_min=True), "more than 0"),
        (rule("expect_column_values_to_be_between", column="a", max_value=9, strict_max=True), "less than 9"),
        (rule("expect_column_values_to_not_be_null", column="a", mostly=0.9995), "present, at least 99.95 % of rows"),
        (rule("expect_column_values_to_be_in_set", column="a", value_set=["x", "y"]), "one of x, y"),
        (
            rule("expect_column_values_to_be_in_set", column="a", value_set=[*range(15)]),
            "one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 3 more",
        ),
        (rule("expect_column_values_to_match_regex", column="a", regex="^[a-z]+$"), "pattern ^[a-z]+$"),
        (
            rule("expect_column_values_to_exist_in_reference", column="a", reference="raw/b", reference_column="c"),
            "in raw/b.c",
        ),
        (rule("expect_column_max_to_be_recent", column="a", max_age_hours=36), "at most 36 h old"),
        (rule("expect_expression_to_hold", left={"sub": ["a", "b"]}, operator=">=", right=0), "a - b >= 0"),
        (
            rule("expect_column_values_to_be_unique", column="a", where=(Condition("b", "is null", None),)),
            "unique, where b is null",
        ),
        (
            rule("expect_column_pair_values_a_to_be_greater_than_b", column_A="a", column_B="b", or_equal=True),
            "a at least b",
        ),
        (rule("expect_column_pair_values_a_to_be_greater_than_b", column_A="a", column_B="b"), "a more than b"),
        (rule("expect_column_pair_values_to_be_equal", column_A="a", column_B="b"), "a equal to b"),
        (rule("expect_column_values_to_not_be_in_set", column="a", value_set=[0]), "none of 0"),
        (rule("expect_column_values_to_not_match_regex", column="a", regex="x"), "not pattern x"),
    ],
)
def test_a_limit_reads_as_a_person_would_say_it(stated: Rule, limit: str) -> None:
    assert limit_of(stated) == limit
