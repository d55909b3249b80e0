"""What is shown of failing rows: values, whole rows, row numbers. Values of personal columns are left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from ecrec_assets.contracts.engine.plan import ROW, Count, Examples, Mask, Plan, Scalar, Table

MOST_RECORDS = 200
Format = dict[str, Any]


def summary(table: Table, suffix: str, mask: Mask, asked: pl.Expr | None, shown: Format) -> Plan:
    """One of the metrics Great Expectations derives from a row metric. `shown` is its result format."""
    if suffix == "unexpected_count":
        return Count(mask)
    if suffix == "filtered_row_count":
        return Scalar(pl.len() if asked is None else asked.sum(), int)
    return SHAPES[suffix](table, mask, shown)


def _limit(shown: Format) -> int:
    """A complete result has at most 200 records, any other as many as it asks for."""
    if shown["result_format"] == "COMPLETE":
        return MOST_RECORDS
    return min(shown["partial_unexpected_count"], MOST_RECORDS)


def _values(table: Table, mask: Mask, shown: Format) -> Examples:
    """Values of one column, pairs of two, a mapping for a list of columns."""
    open_columns = tuple(name for name in mask.columns if name not in table.private)
    if len(mask.columns) < 3 and open_columns != mask.columns:
        open_columns = ()
    return Examples(mask, open_columns, _shape_of(mask, open_columns), _limit(shown) if open_columns else 0)


def _shape_of(mask: Mask, columns: tuple[str, ...]) -> Callable[[pl.DataFrame], list[Any]]:
    if not columns:
        return lambda rows: []
    if mask.shape == "column":
        return lambda rows: rows[columns[0]].to_list()
    if mask.shape == "pair":
        return lambda rows: rows.select(columns).rows()
    return lambda rows: rows.select(columns).to_dicts()


def _rows(table: Table, mask: Mask, shown: Format) -> Examples:
    columns = tuple(name for name in table.visible if name not in table.private)
    return Examples(mask, columns, lambda rows: rows.drop(ROW).to_pandas(), _limit(shown))


def _index(table: Table, mask: Mask, shown: Format) -> Examples:
    """Row numbers, or the columns that name a row where the result format gives them."""
    complete = shown["result_format"] == "COMPLETE"
    limit = None if complete else shown["partial_unexpected_count"]
    named = shown.get("unexpected_index_column_names")
    if not named:
        return Examples(mask, (), lambda rows: rows[ROW].to_list(), limit)
    wanted = (*named,) if shown.get("exclude_unexpected_values") else (*mask.columns, *named)
    for name in wanted:
        table.column(name)
    columns = tuple(dict.fromkeys(name for name in wanted if name not in table.private))
    return Examples(mask, columns, lambda rows: rows.select(columns).to_dicts(), limit)


def _query(table: Table, mask: Mask, shown: Format) -> Plan:
    """The pandas call that finds the rows again; as long as the rows, so only a complete result has it."""
    if shown.get("return_unexpected_index_query") is False or shown["result_format"] != "COMPLETE":
        return Scalar(pl.lit(None))
    return Examples(mask, (), lambda rows: f"df.filter(items={rows[ROW].to_list()}, axis=0)")


def _value_counts(table: Table, mask: Mask, shown: Format) -> Examples:
    columns = tuple(name for name in mask.columns if name not in table.private)
    return Examples(mask, columns, lambda rows: rows[columns[0]].value_counts().rows() if columns else [])


SHAPES: dict[str, Callable[[Table, Mask, Format], Plan]] = {
    "unexpected_values": _values,
    "unexpected_rows": _rows,
    "unexpected_index_list": _index,
    "unexpected_index_query": _query,
    "unexpected_value_counts": _value_counts,
}
