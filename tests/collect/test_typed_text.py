import json
import math
from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrec_assets.collect.typed_text import UNREADABLE, with_types
from ecrec_assets.contracts import derived


def _read(dtype: pl.DataType, *texts: str | None) -> pl.DataFrame:
    frame = pl.LazyFrame({"x": list(texts)}, schema={"x": pl.String})
    return with_types(frame, pl.Schema({"x": dtype})).collect()


@pytest.mark.parametrize(
    ("dtype", "text", "value"),
    [
        (pl.Int64(), " 12 ", 12),
        (pl.Int64(), "-4", -4),
        (pl.Float64(), "-0.50", -0.5),
        (pl.Float64(), "0", 0.0),
        (pl.Float64(), "inf", math.inf),
        (pl.Float64(), "1e400", math.inf),
        (pl.Boolean(), "True", True),
        (pl.Boolean(), "0", False),
        (pl.Date(), "2017-12-25", date(2017, 12, 25)),
        (pl.Datetime("us"), "2017-12-25T10:11:12.5", datetime(2017, 12, 25, 10, 11, 12, 500_000)),
        (pl.Datetime("us"), "2017-12-25 10:11:12", datetime(2017, 12, 25, 10, 11, 12)),
        (pl.Datetime("us"), "2017-12-25", datetime(2017, 12, 25)),
        (pl.String(), " kept as it is ", " kept as it is "),
    ],
)
def test_text_becomes_the_value_it_says(dtype: pl.DataType, text: str, value: object) -> None:
    frame = _read(dtype, text)
    assert frame.schema["x"] == dtype
    assert frame.row(0) == (value, None)


def test_nan_is_a_value_for_the_gate_to_judge() -> None:
    frame = _read(pl.Float64(), "NaN")
    assert math.isnan(frame["x"][0])
    assert frame[UNREADABLE][0] is None


@pytest.mark.parametrize(
    ("dtype", "text"),
    [
        (pl.Int64(), "12.0"),
        (pl.Int64(), "twelve"),
        (pl.Int64(), "99999999999999999999"),
        (pl.UInt32(), "-1"),
        (pl.Float64(), "1,50"),
        (pl.Float64(), "$3.99"),
        (pl.Boolean(), "perhaps"),
        (pl.Date(), "25/12/2017"),
        (pl.Date(), "2017-02-30"),
        (pl.Datetime("us"), "12/25/17 10:11"),
    ],
)
def test_what_is_no_such_value_is_kept_as_text(dtype: pl.DataType, text: str) -> None:
    frame = _read(dtype, text)
    assert frame["x"][0] is None
    assert json.loads(frame[UNREADABLE][0]) == {"x": text}


def test_the_reader_and_the_gate_call_the_column_the_same() -> None:
    assert UNREADABLE == derived.UNREADABLE


def test_a_missing_value_is_missing_not_unreadable() -> None:
    assert _read(pl.Int64(), None).row(0) == (None, None)


def test_only_the_columns_that_failed_are_told() -> None:
    texts = pl.LazyFrame({"id": ["1", "zwei", "3"], "price": ["x", 'a "b"', "2.5"], "note": ["n", "n", "n"]})
    frame = with_types(texts, pl.Schema({"id": pl.Int64, "price": pl.Float64, "absent": pl.Int64})).collect()
    told = [text and json.loads(text) for text in frame[UNREADABLE]]
    assert told == [{"price": "x"}, {"id": "zwei", "price": 'a "b"'}, None]
    assert frame["note"].to_list() == ["n", "n", "n"]
    assert "absent" not in frame.columns


@given(st.lists(st.one_of(st.none(), st.text(max_size=8), st.integers().map(str), st.floats().map(repr)), max_size=20))
def test_nothing_is_ever_lost(texts: list[str | None]) -> None:
    frame = _read(pl.Float64(), *texts)
    for text, value, told in zip(texts, frame["x"], frame[UNREADABLE], strict=True):
        if text is None:
            assert value is None and told is None
        elif value is None:
            assert json.loads(told) == {"x": text}
        else:
            assert told is None
