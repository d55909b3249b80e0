"""What is shown of failing rows: values, whole rows, row numbers. Values of personal columns are left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from ecrec_assets.contracts.engine.plan import ROW, Count, Examples, Known, Mask, Plan, Scalar
from ecrec_assets.contracts.engine.table import Table

MOST_RECORDS = 200
Format = dict[str, Any]


def summary(suffix: str, table: Table, mask: Mask, asked: pl.Expr, shown: Format) -> Plan:
    """One of the metrics Great Expectations derives from a row metric.

    `asked` is the number of rows the metric looks at, `shown` the result format.
    """
    if suffix == "unexpected_count":
        return Count(mask)
    if suffix == "filtered_row_count":
        return Scalar(asked, int)
    columns = tuple(name for name in mask.columns if name not in table.private)
    if mask.shape != "list" and columns != mask.columns:
        columns = ()
    return SHAPES[suffix](table, mask, columns, shown)


def _limit(shown: Format) -> int:
    """A complete result has at most 200 records, any other as many as it asks for."""
    if shown["result_format"] == "COMPLETE":
        return MOST_RECORDS
    return min(shown["partial_unexpected_count"], MOST_RECORDS)


def _values(table: Table, mask: Mask, columns: tuple[str, ...], shown: Format) -> Plan:
    """Values of one column, pairs of two, a mapping for a list of columns."""
    if not columns:
        return Known([])
    if tell := mask.tell:
        beside = tuple(name for name in mask.beside if name not in table.private)
        return Examples(mask, (*columns, *beside), lambda rows: [tell(row) for row in rows.to_dicts()], _limit(shown))
    return Examples(mask, columns, _shape_of(mask, columns), _limit(shown))


def _shape_of(mask: Mask, columns: tuple[str, ...]) -> Callable[[pl.DataFrame], list[Any]]:
    if mask.shape == "column":
        return lambda rows: rows[columns[0]].to_list()
    if mask.shape == "pair":
        return lambda rows: rows.select(columns).rows()
    return lambda rows: rows.select(columns).to_dicts()


def _rows(table: Table, mask: Mask, _: tuple[str, ...], shown: Format) -> Plan:
    columns = tuple(name for name in table.visible if name not in table.private)
    return Examples(mask, columns, lambda rows: rows.drop(ROW).to_pandas(), _limit(shown))


def _index(table: Table, mask: Mask, columns: tuple[str, ...], shown: Format) -> Plan:
    """Row numbers, or the columns that name a row where the result format gives them."""
    limit = None if shown["result_format"] == "COMPLETE" else shown["partial_unexpected_count"]
    named = [name for name in shown.get("unexpected_index_column_names") or () if table.column(name) is not None]
    if not named:
        return Examples(mask, (), lambda rows: rows[ROW].to_list(), limit)
    wanted = named if shown.get("exclude_unexpected_values") else [*columns, *named]
    open_columns = tuple(dict.fromkeys(name for name in wanted if name not in table.private))
    return Examples(mask, open_columns, lambda rows: rows.select(open_columns).to_dicts(), limit)


def _query(_: Table, mask: Mask, __: tuple[str, ...], shown: Format) -> Plan:
    """The pandas call that finds the rows again; as long as the rows, so only a complete result has it."""
    if shown.get("return_unexpected_index_query") is False or shown["result_format"] != "COMPLETE":
        return Known(None)
    return Examples(mask, (), lambda rows: f"df.filter(items={rows[ROW].to_list()}, axis=0)")


def _value_counts(_: Table, mask: Mask, columns: tuple[str, ...], __: Format) -> Plan:
    if not columns:
        return Known([])
    return Examples(mask, columns, lambda rows: rows[columns[0]].value_counts().rows())


SHAPES: dict[str, Callable[[Table, Mask, tuple[str, ...], Format], Plan]] = {
    "unexpected_values": _values,
    "unexpected_rows": _rows,
    "unexpected_index_list": _index,
    "unexpected_index_query": _query,
    "unexpected_value_counts": _value_counts,
}
