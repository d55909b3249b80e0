"""Rules and limits that do not fit the type of their column."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import polars as pl

from ecrec_assets.contracts.lint.subject import Subject
from ecrec_assets.contracts.model import Rule
from ecrec_assets.contracts.reading.arguments import moment
from ecrec_assets.contracts.reading.fields import described
from ecrec_assets.contracts.reading.problems import shown

LOGICAL: dict[str, tuple[str, ...]] = {
    "integer": ("Int64", "Int32", "UInt32"),
    "number": ("Float64", "Float32", "Int64", "Int32", "UInt32"),
    "string": ("String",),
    "boolean": ("Boolean",),
    "date": ("Date",),
    "timestamp": ("Datetime",),
    "array": ("List(String)", "List(Float32)"),
    "vector": ("List(Float32)",),
}
NUMBERS = ("mean", "median", "sum", "stdev", "z_scores", "outliers")
TEXTS = ("regex", "like_pattern", "strftime", "dateutil", "json")
TIMES = ("expect_column_max_to_be_recent", "expect_days_to_have_rows")
TIMES_OR_NUMBERS = ("expect_column_values_to_be_between", "expect_column_max_to_be_between",
                    "expect_column_min_to_be_between")  # fmt: skip


def check(subject: Subject) -> None:
    """Of the schema itself, of rules, and of the values in their conditions."""
    _logical(subject)
    schema = subject.contract.schema
    for rule in subject.stated():
        column = rule.kwargs.get("column")
        dtype = schema.get(column) if isinstance(column, str) else None
        if dtype is not None:
            _rule(subject, rule, dtype)
        for condition in rule.where:
            if (dtype := schema.get(condition.column)) is not None:
                for value in condition.value if isinstance(condition.value, list) else [condition.value]:
                    _value(subject, rule, dtype, value, "where", condition.column)


def _logical(subject: Subject) -> None:
    for name, prop in subject.reading.columns.items():
        logical, physical = prop.get("logicalType"), prop.get("physicalType")
        allowed = LOGICAL.get(logical) if isinstance(logical, str) else None
        if allowed and name in subject.contract.schema and physical not in allowed:
            message = f"column '{shown(name)}': logicalType {logical} and physicalType {physical} disagree"
            subject.findings.error(
                prop.at("physicalType"), "wrong-type", f"{message}; a {logical} is stored as {' or '.join(allowed)}"
            )


def _rule(subject: Subject, rule: Rule, dtype: pl.DataType) -> None:
    column, name = shown(rule.kwargs["column"]), rule.expectation
    wanted = _wanted(name)
    if wanted and not any(_is(dtype, kind) for kind in wanted):
        message = f"{subject.called(rule)}: {name} asks for {' or '.join(wanted)}, and {column} is {dtype}"
        subject.findings.error(subject.spot(rule), "wrong-type", message)
        return
    for argument in ("min_value", "max_value") if name in (*TIMES_OR_NUMBERS, *_means(name)) else ():
        _value(subject, rule, dtype, rule.kwargs.get(argument), argument, argument)
    if isinstance(members := rule.kwargs.get("value_set"), list):
        for member in members:
            _value(subject, rule, dtype, member, "value_set", "value_set")


def _means(name: str) -> tuple[str, ...]:
    return (name,) if any(word in name for word in ("_mean_", "_median_", "_sum_")) else ()


def _wanted(name: str) -> tuple[str, ...]:
    words = name.removeprefix("expect_column_")
    if name in TIMES:
        return ("times",)
    if name in TIMES_OR_NUMBERS:
        return ("numbers", "times")
    if "value_lengths" in words:
        return ("text", "lists")
    if any(word in words for word in TEXTS):
        return ("text",)
    return ("numbers",) if any(words.startswith(word) or word in words for word in NUMBERS) else ()


def _is(dtype: pl.DataType, kind: str) -> bool:
    return {
        "numbers": dtype.is_numeric(),
        "times": dtype.is_temporal(),
        "text": dtype == pl.String,
        "lists": isinstance(dtype, pl.List),
    }[kind]


def _value(subject: Subject, rule: Rule, dtype: pl.DataType, value: Any, place: str, key: str) -> None:
    if value is None or fits(dtype, value):
        return
    spot = subject.where_spot(rule, key) if place == "where" else subject.kwarg_spot(rule, key)
    column = key if place == "where" else rule.kwargs["column"]
    message = f"{subject.called(rule)}: {place} holds {described(value)}, and {shown(column)} is {dtype}"
    subject.findings.error(spot, "wrong-type", f"{message}, so they never agree")


def fits(dtype: pl.DataType, value: Any) -> bool:
    """Whether a column of this type can ever hold a value, or be compared with it."""
    if dtype.is_numeric():
        return isinstance(value, int | float) and not isinstance(value, bool)
    if dtype.is_temporal():
        return isinstance(value, date | datetime) or moment(value) is not None
    if dtype == pl.Boolean:
        return isinstance(value, bool)
    return isinstance(value, str) if dtype == pl.String else True
