"""Defects for rules that look at rows: those that fit the expectation first, then what goes wrong in any column."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import polars as pl

from ecrec_assets.contracts.derived import UNREADABLE
from ecrec_assets.contracts.engine.compilers.columns import moment
from ecrec_assets.contracts.engine.table import CannotCompile
from ecrec_assets.contracts.model import Rule
from ecrec_assets.contracts.proof.defect import RowDefect, changed, copied, set_to
from ecrec_assets.contracts.results import columns_read

SEED = 1
BROKEN_TEXT = ("", "?", " padded ", "Ã©tÃ©", "<b>bold</b>", "a\x00b", "N/A")


def row_defects(rule: Rule, schema: pl.Schema) -> Iterator[RowDefect]:
    """What to try for a rule, most fitting first; each is tried in several rows."""
    kwargs = rule.kwargs
    columns = tuple(name for name in dict.fromkeys(columns_read(rule)) if name in schema)
    fitting = FITTING.get(rule.expectation)
    if fitting is not None:
        yield from fitting(kwargs, schema)
    if UNREADABLE in columns:
        yield set_to(UNREADABLE, "planted", pl.String(), "a value that the reader could not make out")
        return
    for column in columns:
        yield from _usual(column, schema[column])
    everything = tuple(name for name in schema if name != UNREADABLE)
    several = columns or everything
    yield copied(several, f"{_named(several)} as in another row")
    yield copied(everything, "a whole row that is there already")


def _named(columns: tuple[str, ...]) -> str:
    return ", ".join(columns) if len(columns) <= 4 else f"{len(columns)} columns"


def _usual(column: str, dtype: pl.DataType) -> Iterator[RowDefect]:
    """What goes wrong in a column of this type, whatever the rule."""
    yield set_to(column, None, dtype, f"{column} missing")
    if dtype.is_numeric():
        yield from _wrong_numbers(column, dtype)
    elif dtype.is_temporal():
        for days in (1, -1, 400, -400, 40_000):
            yield changed(column, pl.col(column) + timedelta(days=days), dtype, f"{column} {days:+,} days")
    elif dtype == pl.String:
        for text in BROKEN_TEXT:
            yield set_to(column, text, dtype, f"{column} = {text!r}")
        yield changed(column, pl.col(column) + " ?", dtype, f"{column} with ' ?' added")
        yield changed(column, pl.col(column).str.to_uppercase(), dtype, f"{column} in capitals")
    elif dtype == pl.Boolean:
        yield changed(column, ~pl.col(column), dtype, f"{column} turned round")
    elif isinstance(dtype, pl.List):
        yield from _wrong_lists(column, dtype)


def _wrong_numbers(column: str, dtype: pl.DataType) -> Iterator[RowDefect]:
    if dtype.is_float():
        for value in (float("nan"), float("inf")):
            yield set_to(column, value, dtype, f"{column} = {value}")
    for value in (0, 1) if dtype.is_unsigned_integer() else (0, -1, 1):
        yield set_to(column, value, dtype, f"{column} = {value}")
    own = pl.col(column)
    for what, change in {
        "+ 1": own + 1,
        "- 1": own - 1,
        "with its sign turned": -own,
        "times 10": own * 10,
        "times 1,000": own * 1000,
        "divided by 100": own / 100,
    }.items():
        yield changed(column, change, dtype, f"{column} {what}")


def _wrong_lists(column: str, dtype: pl.List) -> Iterator[RowDefect]:
    own = pl.col(column)
    yield set_to(column, [], dtype, f"{column} empty")
    yield changed(column, own.list.head(own.list.len() - 1), dtype, f"{column} one entry short")
    yield changed(column, own.list.concat(own), dtype, f"{column} twice as long")
    inner = dtype.inner
    if isinstance(inner, pl.DataType) and inner.is_float():
        yield changed(column, own.list.eval(pl.element() * float("inf")), dtype, f"{column} full of infinities")
    if inner == pl.String:
        yield changed(column, own.list.eval(pl.element() + "?"), dtype, f"{column} with '?' behind each entry")


def _missing(kwargs: dict[str, Any], schema: pl.Schema) -> Iterator[RowDefect]:
    column = kwargs["column"]
    yield set_to(column, None, schema[column], f"{column} missing")


def _outside_set(kwargs: dict[str, Any], schema: pl.Schema) -> Iterator[RowDefect]:
    column, known = kwargs["column"], set(map(str, kwargs.get("value_set") or ()))
    dtype = schema[column]
    if dtype == pl.String:
        for text in (*(str(value).swapcase() for value in sorted(known)[:3]), "planted", ""):
            if text not in known:
                yield set_to(column, text, dtype, f"{column} = {text!r}, which is not in the set")
    elif dtype.is_numeric():
        numbers = [value for value in kwargs.get("value_set") or () if isinstance(value, int | float)]
        for value in (max(numbers, default=0) + 1, min(numbers, default=0) - 1):
            yield set_to(column, value, dtype, f"{column} = {value}, which is not in the set")


def _inside_set(kwargs: dict[str, Any], schema: pl.Schema) -> Iterator[RowDefect]:
    column = kwargs["column"]
    for value in (kwargs.get("value_set") or ())[:5]:
        yield set_to(column, value, schema[column], f"{column} = {value!r}, which must not be")


def _outside_range(kwargs: dict[str, Any], schema: pl.Schema) -> Iterator[RowDefect]:
    """Just outside first: the nearer the value, the fewer other rules mind it."""
    column = kwargs["column"]
    dtype = schema[column]
    for side, strict, sign in (("min_value", "strict_min", -1), ("max_value", "strict_max", 1)):
        bound = kwargs.get(side)
        if bound is not None:
            for value in _beyond(bound, sign, dtype, strict=bool(kwargs.get(strict))):
                yield set_to(column, value, dtype, f"{column} = {value}, {'below' if sign < 0 else 'above'} {bound}")


def _beyond(bound: Any, sign: int, dtype: pl.DataType, *, strict: bool) -> Iterator[Any]:
    if dtype.is_temporal():
        try:
            at = moment(dtype, bound)
        except CannotCompile:
            return
        if isinstance(at, date):
            steps = (1, 40, 4000) if not hasattr(at, "hour") else (1 / 86400, 1, 40, 4000)
            yield from (at + sign * timedelta(days=step) for step in steps)
        return
    if not isinstance(bound, int | float) or not dtype.is_numeric():
        return
    if strict and (dtype.is_float() or bound == int(bound)):
        yield bound
    size = max(abs(bound), 1)
    near = (size * 1e-6, size * 0.01, size * 0.1) if dtype.is_float() else (1, 2)
    for step in (*near, size, size * 10):
        value = bound + sign * step
        if dtype.is_float():
            yield value
        elif value == int(value) and not (dtype.is_unsigned_integer() and value < 0):
            yield int(value)


def _wrong_length(kwargs: dict[str, Any], schema: pl.Schema) -> Iterator[RowDefect]:
    column = kwargs["column"]
    dtype, own = schema[column], pl.col(kwargs["column"])
    low = kwargs.get("min_value", kwargs.get("value"))
    high = kwargs.get("max_value", kwargs.get("value"))
    if isinstance(dtype, pl.List):
        if low:
            yield changed(column, own.list.head(low - 1), dtype, f"{column} with {low - 1} entries")
        if high is not None:
            yield changed(column, _grown(own, high + 1), dtype, f"{column} with {high + 1} entries")
        return
    if low:
        yield changed(column, own.str.head(low - 1), dtype, f"{column} with {low - 1} characters")
    if high is not None:
        filled = own.str.pad_end(high + 1, "x")
        yield changed(column, filled, dtype, f"{column} with {high + 1} characters")


def _grown(own: pl.Expr, length: int) -> pl.Expr:
    doubled = own
    for _ in range(max(1, length.bit_length())):
        doubled = doubled.list.concat(doubled)
    return doubled.list.head(length)


def _other_pattern(kwargs: dict[str, Any], schema: pl.Schema) -> Iterator[RowDefect]:
    column = kwargs["column"]
    dtype, own = schema[column], pl.col(kwargs["column"])
    yield changed(column, own + "\u00a7", dtype, f"{column} with a § at its end")
    yield changed(column, " " + own, dtype, f"{column} with a blank before it")
    yield changed(column, own.str.head(own.str.len_chars() - 1), dtype, f"{column} without its last character")
    yield changed(column, own.str.reverse(), dtype, f"{column} backwards")
    yield set_to(column, "\u00a7", dtype, f"{column} = '§'")


def _forbidden_pattern(kwargs: dict[str, Any], schema: pl.Schema) -> Iterator[RowDefect]:
    from rstr import Rstr

    column = kwargs["column"]
    patterns = [kwargs["regex"]] if "regex" in kwargs else list(kwargs.get("regex_list") or ())
    made = Rstr(Random(SEED))  # noqa: S311 (a seed is the point)
    for pattern in patterns[:5]:
        for _ in range(3):
            text = made.xeger(pattern)
            yield set_to(column, text, schema[column], f"{column} = {text!r}, which the pattern forbids")


def _repeated(kwargs: dict[str, Any], schema: pl.Schema) -> Iterator[RowDefect]:
    everything = tuple(name for name in schema if name != UNREADABLE)
    columns = tuple(kwargs.get("column_list") or ([kwargs["column"]] if "column" in kwargs else everything))
    yield copied(columns, f"{_named(columns)} as in another row")


def _unlike_pair(kwargs: dict[str, Any], schema: pl.Schema) -> Iterator[RowDefect]:
    left, right = kwargs["column_A"], kwargs["column_B"]
    step: Any = timedelta(days=1) if schema[left].is_temporal() else 1
    if schema[left] == pl.String:
        yield changed(left, pl.col(left) + "?", schema[left], f"{left} with '?' added")
        return
    yield changed(left, pl.col(right) - step, schema[left], f"{left} just below {right}")
    yield changed(right, pl.col(left) + step, schema[right], f"{right} just above {left}")
    if schema[left].is_float():
        yield changed(left, pl.col(right) - 0.01, schema[left], f"{left} a hundredth below {right}")
        yield changed(right, pl.col(left) + 0.01, schema[right], f"{right} a hundredth above {left}")


def _unknown_key(kwargs: dict[str, Any], schema: pl.Schema) -> Iterator[RowDefect]:
    column = kwargs["column"]
    dtype = schema[column]
    if dtype.is_integer():
        for value in (2_000_000_011, 99_999_989, 1_999_993):
            yield set_to(column, value, dtype, f"{column} = {value}, which the other table does not know")
        yield changed(column, pl.col(column).max() + 1, dtype, f"{column} one more than the greatest")
    elif dtype == pl.String:
        yield changed(column, pl.col(column).str.reverse() + "-0", dtype, f"{column} nobody knows")
        yield set_to(column, "planted", dtype, f"{column} = 'planted', which the other table does not know")


def _other_group(kwargs: dict[str, Any], _: pl.Schema) -> Iterator[RowDefect]:
    column, group = kwargs["column"], kwargs["group_column"]
    yield copied((group,), f"{group} of another row, so that one {column} stands in two")
    yield copied((column,), f"{column} of a row in another {group}")


def _wrong_tags(kwargs: dict[str, Any], schema: pl.Schema) -> Iterator[RowDefect]:
    column = kwargs["column"]
    dtype, own = schema[column], pl.col(column)
    tags = {"B-planted": "a label nobody knows"} if kwargs.get("types") else {"planted": "a tag of no form"}
    tags |= {f"I-{(kwargs.get('types') or ['x'])[0]}": "a span that nothing begins"}
    for tag, what in tags.items():
        first = pl.concat_list(pl.lit(tag), own.list.slice(1))
        yield changed(column, first, dtype, f"{column} starting with {tag}, {what}")
    if kwargs.get("token_column"):
        yield changed(column, own.list.head(own.list.len() - 1), dtype, f"{column} one tag short")


Fitting = Callable[[dict[str, Any], pl.Schema], Iterator[RowDefect]]
FITTING: dict[str, Fitting] = {
    "expect_column_values_to_not_be_null": _missing,
    "expect_column_values_to_be_in_set": _outside_set,
    "expect_column_values_to_not_be_in_set": _inside_set,
    "expect_column_values_to_be_between": _outside_range,
    "expect_column_value_lengths_to_be_between": _wrong_length,
    "expect_column_value_lengths_to_equal": _wrong_length,
    "expect_column_values_to_match_regex": _other_pattern,
    "expect_column_values_to_match_regex_list": _other_pattern,
    "expect_column_values_to_not_match_regex": _forbidden_pattern,
    "expect_column_values_to_not_match_regex_list": _forbidden_pattern,
    "expect_column_values_to_be_unique": _repeated,
    "expect_compound_columns_to_be_unique": _repeated,
    "expect_column_list_to_be_a_key": _repeated,
    "expect_rows_to_be_distinct": _repeated,
    "expect_column_pair_values_to_be_equal": _unlike_pair,
    "expect_column_pair_values_a_to_be_greater_than_b": _unlike_pair,
    "expect_column_values_to_exist_in_reference": _unknown_key,
    "expect_column_values_to_be_in_one_group": _other_group,
    "expect_column_tags_to_be_iob2": _wrong_tags,
}
