"""`--set 'column = formula'`: the rows a formula changes, and what they become."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from ecrec_assets.contracts.formula.compile import condition, formula
from ecrec_assets.contracts.formula.errors import FormulaError
from ecrec_assets.lake.identical import ROW_ID, TEXT, UNREADABLE, values_of
from ecrec_assets.lake.row_text import text_of

ASSIGNMENT = re.compile(r"\s*(?:`(?P<quoted>[^`]+)`|(?P<name>[^\W\d]\w*))\s*=(?!=)(?P<formula>.*)", re.DOTALL)


def chosen(kept: pl.DataFrame, where: str | None) -> pl.DataFrame:
    """The rows for which a condition holds, or all."""
    return kept if where is None else kept.filter(condition(where, _schema(kept)))


def assigned(rows: pl.DataFrame, assignments: Sequence[str]) -> dict[str, str]:
    """The mended rows, as text by row id; rows that stay as they are are left out.

    All formulas see the row as it was. FormulaError names a value that its column cannot hold.
    """
    schema = _schema(rows)
    values = [_assignment(text, schema) for text in assignments]
    names = [name for name, _, _ in values]
    if len(set(names)) < len(names):
        raise FormulaError(f"a column is set twice: {', '.join(names)}")
    computed = rows.with_columns(expression.alias(name) for name, expression, _ in values)
    for name, _, text in values:
        computed = computed.with_columns(_held(computed[name], schema[name], text))
    found = computed.select(values_of(computed.columns)).iter_rows(named=True)
    texts = (text_of(_read(row, names)) for row in found)
    return {id_: text for id_, before, text in zip(rows[ROW_ID], rows[TEXT], texts, strict=True) if text != before}


def _schema(rows: pl.DataFrame) -> dict[str, pl.DataType]:
    return {name: rows.schema[name] for name in values_of(rows.columns)}


def _assignment(text: str, schema: dict[str, pl.DataType]) -> tuple[str, pl.Expr, str]:
    match = ASSIGNMENT.fullmatch(text)
    if match is None:
        raise FormulaError(f"'{text}' is no assignment: write --set 'column = formula'")
    name = match["quoted"] or match["name"]
    formula(f"`{name}`", schema)  # a column that is there
    return name, formula(match["formula"], schema), text


def _held(values: pl.Series, dtype: pl.DataType, text: str) -> pl.Series:
    """The values in the type of the column; nothing is cut off on the way."""
    if values.dtype == dtype:
        return values
    cast = (
        _moments(values, dtype)
        if values.dtype == pl.String and dtype.is_temporal()
        else values.cast(dtype, strict=False)
    )
    lost = values.is_not_null() & (cast.is_null() | _differs(values, cast))
    if values.dtype != pl.Null and lost.any():
        example = values.filter(lost)[0]
        way_out = "; round(…) makes whole numbers" if dtype.is_integer() and values.dtype.is_float() else ""
        raise FormulaError(
            f"--set '{text}': {lost.sum():,} rows get a value that {values.name} cannot hold ({dtype}), "
            f"such as {example!r}{way_out}"
        )
    return cast


def _differs(values: pl.Series, cast: pl.Series) -> pl.Series:
    if values.dtype.is_numeric() and cast.dtype.is_numeric():
        return (values != cast.cast(values.dtype, strict=False)).fill_null(value=True)
    if values.dtype == pl.String and not cast.dtype.is_temporal():
        return pl.Series([True]).new_from_index(0, len(values))  # text is no number, however it looks
    return pl.Series([False]).new_from_index(0, len(values))


def _moments(values: pl.Series, dtype: pl.DataType) -> pl.Series:
    read = values.str.to_date(strict=False) if dtype == pl.Date else values.str.to_datetime(strict=False)
    return read.cast(dtype, strict=False)


def _read(row: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """A value that could not be read is settled when its column is set."""
    if not row.get(UNREADABLE):
        return row
    unread = {name: text for name, text in json.loads(row[UNREADABLE]).items() if name not in names}
    return {**row, UNREADABLE: json.dumps(unread, ensure_ascii=False) if unread else None}
