from datetime import datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrec_assets.contracts.formula.compile import condition, formula
from ecrec_assets.contracts.formula.errors import FormulaError

SCHEMA = {
    "quantity": pl.Int64(),
    "price": pl.Float64(),
    "name": pl.String(),
    "odd name": pl.String(),
    "sold": pl.Datetime("us"),
}
ROWS = pl.DataFrame(
    {
        "quantity": [1, 2000, None],
        "price": [1.5, 2.25, None],
        "name": [" a ", "B", None],
        "odd name": ["x", "y", "z"],
        "sold": [datetime(2017, 1, 1), datetime(2017, 6, 1), None],
    },
    schema=SCHEMA,
)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("abs(quantity) * -2 + 1", [-1, -3999, None]),
        ("1 + 2 * 3 - 4 / 2", [5.0]),
        ("-(1 + 2) * 3", [-9]),
        ("round(price, 1)", [1.5, 2.3, None]),
        ("trim(lower(name))", ["a", "b", None]),
        ("coalesce(price, 0)", [1.5, 2.25, 0.0]),
        ("if(quantity > 1000, quantity / 1000, quantity)", [1.0, 2.0, None]),
        ("replace(name, 'B', 'C.*')", [" a ", "C.*", None]),
        ("`odd name`", ["x", "y", "z"]),
        ("'it''s'", ["it's"]),
        ("null", [None]),
        ('concat(name, "x")', [" a x", "Bx", None]),
        ("min(quantity, 1000)", [1, 1000, 1000]),
        ("length(name)", [3, 1, None]),
    ],
)
def test_a_formula_has_the_value_a_person_expects(text: str, values: list[Any]) -> None:
    assert ROWS.select(formula(text, SCHEMA).alias("value"))["value"].to_list() == values


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("quantity > 1 and price is not null", [False, True, False]),
        ("name in ('B', 'C')", [False, True, False]),
        ("quantity not in (1, 2)", [False, True, True]),
        ("not price > 2 or false", [True, False, False]),
        ("sold >= '2017-06-01'", [False, True, False]),
        ("quantity = 1 or name is null", [True, False, True]),
        ("price <> 1.5", [False, True, False]),
    ],
)
def test_a_condition_is_never_missing(text: str, holds: list[bool]) -> None:
    assert ROWS.select(condition(text, SCHEMA).alias("value"))["value"].to_list() == holds


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("__import__('os')", "no function '__import__'"),
        ("quantty + 1", "did you mean 'quantity'?"),
        ("abs()", "abs is written abs(x)"),
        ("round(price, quantity)", "whole number of digits"),
        ("quantity +", "is missing here"),
        ("'abc", "the quote ' is not closed"),
        ("name.__class__", "'.' has no meaning here"),
        ("price[0]", "'[' has no meaning here"),
        ("lambda: 1", "':' has no meaning here"),
        ("quantity + name", "does not fit the types"),
        ("lower(quantity)", "does not fit the types"),
        ("1 2", "was not expected here"),
        ("", "the formula is empty"),
        ("(" * 60, "more than 50 brackets"),
        ("1" * 600, "at most 500 signs"),
        ("1e400", "beyond what a column can hold"),
        ("sold > 'yesterday'", "is no date or time"),
    ],
)
def test_what_is_no_formula_is_refused_with_the_place(text: str, said: str) -> None:
    with pytest.raises(FormulaError) as refused:
        formula(text, SCHEMA)
    assert said in str(refused.value)


WORDS = [
    "quantity",
    "price",
    "name",
    "abs",
    "if",
    "(",
    ")",
    ",",
    "+",
    "-",
    "*",
    "/",
    "<",
    "=",
    "in",
    "not",
    "and",
    "is",
]
MORE_WORDS = ["is", "null", "'a'", "1", "2.5", "`odd name`", "round", "coalesce", "replace", "or", "true", "trim"]


@given(st.one_of(st.text(max_size=40), st.lists(st.sampled_from([*WORDS, *MORE_WORDS]), max_size=14).map(" ".join)))
def test_any_text_is_a_formula_or_refused(text: str) -> None:
    try:
        expression = formula(text, SCHEMA)
    except FormulaError:
        return
    assert ROWS.select(expression.alias("value")).height in (1, 3)
