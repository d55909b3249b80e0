"""Values and failing rows are the same on both engines whatever the data."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.contracts.rules.examples import ARGUMENTS, FRAME, PUBLISHED, REFERENCE, START
from tests.contracts.rules.on_both import on_both

FINITE = "expect_column_list_values_to_be_finite"
SCHEMA_RULE = "expect_table_schema_to_match"  # the type of a column with gaps is another in pandas, as it should report


def _gaps(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


hours = st.integers(-48, 240).map(lambda hour: START + timedelta(hours=hour))
chance = st.integers(0, 20).map(lambda twentieth: twentieth / 20)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "user": _gaps(st.integers(1, 4)),
    "item": _gaps(st.sampled_from(["a", "b", "c", "z", "cafÃ©", "<b>x</b>"])),
    "price": _gaps(st.integers(-3, 9).map(float) | st.just(math.nan) | st.just(0.25)),
    "at": _gaps(hours),
    "seen": _gaps(hours),
    "split": _gaps(st.sampled_from(["train", "test", "other"])),
    "grade": _gaps(st.integers(0, 3)),
    "label": _gaps(st.sampled_from(["x", "y"])),
    "p_x": chance,
    "words": _gaps(st.lists(st.sampled_from(["red", "shoe"]), max_size=3)),
    "tags": _gaps(
        st.lists(_gaps(st.sampled_from(["O", "B-item", "I-item", "B-color", "I-color", "B-size", "item"])), max_size=3)
    ),
}


@st.composite
def frames(draw: st.DrawFn) -> pl.DataFrame:
    rows = draw(st.lists(st.fixed_dictionaries(VALUES), max_size=25))
    schema = {name: dtype for name, dtype in FRAME.schema.items() if name != "p_y"}
    return pl.DataFrame(rows, schema=schema).with_columns(p_y=1 - pl.col("p_x"))


@st.composite
def published(draw: st.DrawFn) -> pl.DataFrame:
    values = {name: VALUES[name] for name in PUBLISHED.columns}
    first = {"user": 1, "item": "a", "price": 2.0, "at": datetime(2017, 2, 3)}
    return pl.DataFrame([first, *draw(st.lists(st.fixed_dictionaries(values), max_size=8))], schema=PUBLISHED.schema)


@pytest.mark.parametrize("expectation", sorted({*ARGUMENTS} - {SCHEMA_RULE, FINITE}))
@settings(max_examples=4, phases=[Phase.generate])
@given(frame=frames(), reference=published())
def test_both_engines_agree_on_any_data(expectation: str, frame: pl.DataFrame, reference: pl.DataFrame) -> None:
    ours, theirs = on_both(expectation, frame, {REFERENCE: reference}, **ARGUMENTS[expectation])
    assert ours.error is None
    assert ours == theirs


@pytest.mark.slow
@pytest.mark.parametrize("expectation", sorted({*ARGUMENTS} - {SCHEMA_RULE, FINITE}))
@settings(max_examples=150, phases=[Phase.generate])
@given(frame=frames(), reference=published())
def test_both_engines_agree_on_much_data(expectation: str, frame: pl.DataFrame, reference: pl.DataFrame) -> None:
    ours, theirs = on_both(expectation, frame, {REFERENCE: reference}, **ARGUMENTS[expectation])
    assert ours == theirs


@settings(max_examples=20, phases=[Phase.generate])
@given(frame=frames(), first=st.sampled_from([math.inf, -math.inf, math.nan, 1.0, None]))
def test_only_nan_which_pandas_has_for_missing_is_finite_there(frame: pl.DataFrame, first: float | None) -> None:
    price = pl.when(pl.int_range(pl.len()) == 0).then(pl.lit(first, dtype=pl.Float64)).otherwise("price")
    frame = frame.with_columns(price=price)
    ours, theirs = on_both(FINITE, frame, **ARGUMENTS[FINITE])
    nan = frame.with_row_index().filter(pl.col("price").is_nan())["index"].to_list()
    infinite = frame.with_row_index().filter(pl.col("price").is_infinite())["index"].to_list()
    assert (ours.rows, theirs.rows) == (sorted([*nan, *infinite]), infinite)
