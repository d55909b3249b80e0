"""What a rule allows, in a few plain words: `between 1 and 1000, at least 98 % of rows`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ecrec_assets.contracts.engine.compilers.expressions import wording
from ecrec_assets.contracts.model import Condition, Rule

MOST_MEMBERS = 12
BY_NAME = {
    "expect_column_values_to_not_be_null": "present",
    "expect_column_values_to_be_null": "empty",
    "expect_column_values_to_be_unique": "unique",
    "expect_compound_columns_to_be_unique": "unique together",
    "expect_column_list_to_be_a_key": "one row a key",
    "expect_rows_to_be_distinct": "no repeated row",
    "expect_column_list_values_to_be_finite": "finite numbers",
    "expect_table_schema_to_match": "columns and types of the contract",
}


def limit_of(rule: Rule) -> str:
    """The arguments of a rule as a person would say them."""
    asked = BY_NAME.get(rule.expectation) or _negated(
        rule.expectation, ", ".join(_arguments(rule.expectation, rule.kwargs))
    )
    return ", ".join(part for part in (asked, *_where(rule.where), *_mostly(rule)) if part)


def _negated(expectation: str, words: str) -> str:
    if "_to_not_" not in expectation:
        return words
    return words.replace("one of", "none of", 1) if words.startswith("one of") else f"not {words}"


def _arguments(expectation: str, kwargs: dict[str, Any]) -> Iterator[str]:
    if "column_A" in kwargs:
        yield f"{kwargs['column_A']} {_relation(expectation, kwargs)} {kwargs['column_B']}"
    if "operator" in kwargs:
        yield f"{wording(kwargs['left'])} {kwargs['operator']} {wording(kwargs['right'])}"
    if "min_value" in kwargs or "max_value" in kwargs:
        yield _range(kwargs)
    if expectation == "expect_column_values_to_not_be_in_the_future":
        yield "in the future"
    if kwargs.get("reference"):
        yield f"{SIDES.get(expectation, 'in')} {_place(kwargs)}"
    for name, value in kwargs.items():
        if name in WORDS and value is not None:
            yield WORDS[name].format(_members(value))


def _place(kwargs: dict[str, Any]) -> str:
    """The table a rule refers to, with the column in it where one is named."""
    columns = kwargs.get("reference_column") or kwargs.get("reference_column_list") or kwargs.get("column_list")
    return f"{kwargs['reference']}.{_members(columns)}" if columns else str(kwargs["reference"])


SIDES = {
    "expect_rows_to_be_absent_from_reference": "not in",
    "expect_column_times_to_be_apart_from_reference": "apart from",
    "expect_column_values_to_not_precede_cause_in_reference": "before",
    "expect_population_stability_index_to_be_at_most": "against",
    "expect_kolmogorov_smirnov_distance_to_be_at_most": "against",
}
WORDS = {
    "split_column": "by {}",
    "order": "in the order {}",
    "side": "{}",
    "gap_hours": "{} h apart",
    "cause_column": "before {}",
    "tolerance_seconds": "give or take {} s",
    "within_seconds": "not again within {} s",
    "kinds": "free of {}",
    "types": "IOB2 tags of {}",
    "token_column": "one a word of {}",
    "slice_column": "in every {}",
    "max_gini": "Gini at most {}",
    "min_number": "at least {} effective classes",
    "min_count": "at least {} rows a class",
    "min_items": "at least {} judged items",
    "max_psi": "PSI at most {}",
    "max_distance": "distance at most {}",
    "value_set": "one of {}",
    "regex": "pattern {}",
    "group_column": "in one {} only",
    "value": "exactly {}",
    "max_age_hours": "at most {} h old",
    "as_of": "seen from {}",
    "min_rows": "at least {} rows a day",
    "max_share": "share at most {}",
    "min_share": "share at least {}",
    "type_": "type {}",
    "sum_total": "sum {}",
    "column_set": "columns {}",
    "quantile_ranges": "quantiles {}",
}


def _relation(expectation: str, pair: dict[str, Any]) -> str:
    if expectation.endswith("_greater_than_b"):
        return "at least" if pair.get("or_equal") else "more than"
    return "equal to" if expectation.endswith("_equal") else "with"


def _range(kwargs: dict[str, Any]) -> str:
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    if low is not None and high is not None and not (kwargs.get("strict_min") or kwargs.get("strict_max")):
        return f"between {low} and {high}"
    above = None if low is None else f"{'more than' if kwargs.get('strict_min') else 'at least'} {low}"
    below = None if high is None else f"{'less than' if kwargs.get('strict_max') else 'at most'} {high}"
    return " and ".join(part for part in (above, below) if part)


def _members(value: Any) -> str:
    if not isinstance(value, list | tuple):
        return str(value)
    more = len(value) - MOST_MEMBERS
    return ", ".join(str(item) for item in value[:MOST_MEMBERS]) + (f" and {more} more" if more > 0 else "")


def _where(conditions: tuple[Condition, ...]) -> Iterator[str]:
    for condition in conditions:
        value = "" if condition.value is None else f" {condition.value}"
        yield f"where {condition.column} {condition.operator}{value}"


def _mostly(rule: Rule) -> Iterator[str]:
    mostly = rule.kwargs.get("mostly", 1)
    if mostly < 1:
        yield f"at least {mostly * 100:.6g} % of rows"
