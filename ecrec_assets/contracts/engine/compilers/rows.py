"""Row metrics: for each, which rows meet the expectation. A row outside the domain always does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import polars as pl

from ecrec_assets.contracts.engine.compilers import (
    broken_text,
    expressions,
    impressions,
    moments,
    records,
    references,
    splits,
    tag_lists,
    texts,
    types,
    values,
)
from ecrec_assets.contracts.engine.compilers.domain import Asked
from ecrec_assets.contracts.engine.plan import Mask, Repeats


class RowMetric(NamedTuple):
    """`meets` is true on good rows; `repeats` finds rows that occur more than once. Either may be absent.

    `tell` says in words what is wrong with a failing row; it also gets the columns of the arguments in `beside`.
    """

    meets: Callable[[Asked], pl.Expr] | None = None
    repeats: Callable[[Asked], Repeats] | None = None
    skip_nulls: bool = True
    beside: tuple[str, ...] = ()
    tell: Callable[[Asked, Mapping[str, Any]], str] | None = None


def mask(metric: str, key: str, asked: Asked) -> Mask:
    """The rows that break `metric`. CannotCompile when the table cannot answer it."""
    row_metric, table = ROW_METRICS[metric], asked.table
    for name in asked.domain.columns:
        table.column(name)
    broken = pl.lit(value=False)
    if row_metric.meets:
        broken = ~row_metric.meets(asked).fill_null(value=False)
    rows = asked.rows(skip_nulls=row_metric.skip_nulls)
    broken = broken if rows is None else broken & rows
    repeats = row_metric.repeats(asked) if row_metric.repeats else None
    table.check(broken, *([repeats.digest, repeats.exact] if repeats else ()))
    columns = asked.domain.columns or tuple(table.visible)
    beside = tuple(asked.arguments[name] for name in row_metric.beside if asked.arguments.get(name))
    tell = partial(row_metric.tell, asked) if row_metric.tell else None
    return Mask(key, columns, broken, repeats, asked.domain.shape, beside, tell)


def asked_rows(metric: str, asked: Asked) -> pl.Expr:
    """How many rows `metric` looks at."""
    rows = asked.rows(skip_nulls=ROW_METRICS[metric].skip_nulls)
    return pl.len() if rows is None else rows.sum()


ROW_METRICS: dict[str, RowMetric] = {
    "column_values.null": RowMetric(values.is_null, skip_nulls=False),
    "column_values.nonnull": RowMetric(values.is_present, skip_nulls=False),
    "column_values.in_set": RowMetric(values.in_set),
    "column_values.not_in_set": RowMetric(values.not_in_set),
    "column_values.between": RowMetric(values.between),
    "column_values.value_length.between": RowMetric(texts.length_between),
    "column_values.value_length.equals": RowMetric(texts.length_equals),
    "column_values.match_regex": RowMetric(texts.matches),
    "column_values.not_match_regex": RowMetric(texts.matches_not),
    "column_values.match_regex_list": RowMetric(texts.matches_list),
    "column_values.not_match_regex_list": RowMetric(texts.matches_none),
    "column_values.of_type": RowMetric(types.of_type),
    "column_values.in_type_list": RowMetric(types.in_type_list),
    "column_values.unique": RowMetric(repeats=records.repeated),
    "column_values.in_one_group": RowMetric(records.in_one_group),
    "column_values.in_reference": RowMetric(references.exists),
    "column_pair_values.equal": RowMetric(records.equal),
    "column_pair_values.a_greater_than_b": RowMetric(records.greater),
    "compound_columns.unique": RowMetric(repeats=records.repeated),
    "multicolumn_sum.equal": RowMetric(records.sum_equals),
    "multicolumn_values.equal": RowMetric(records.all_alike),
    "select_column_values.unique.within_record": RowMetric(records.all_unlike),
    "column_list.finite": RowMetric(records.finite, skip_nulls=False),
    "column_list.key": RowMetric(records.whole, records.surplus_key, skip_nulls=False),
    "rows.distinct": RowMetric(repeats=records.surplus_row, skip_nulls=False),
    "expression.holds": RowMetric(expressions.holds),
    "rows.in_one_split": RowMetric(splits.in_one_split),
    "rows.in_reference": RowMetric(splits.exist),
    "rows.absent_from_reference": RowMetric(splits.absent),
    "rows.impression_not_repeated": RowMetric(impressions.not_repeated),
    "column_values.split_in_order": RowMetric(splits.splits_in_order),
    "column_values.apart_from_reference": RowMetric(splits.apart),
    "column_values.not_in_future": RowMetric(moments.not_in_future),
    "column_values.follows_cause": RowMetric(moments.follows_cause),
    "column_values.follows_cause_in_reference": RowMetric(moments.follows_cause_in_reference),
    "column_values.clean_text": RowMetric(broken_text.clean),
    "column_values.iob2": RowMetric(tag_lists.iob2, beside=("token_column",), tell=tag_lists.told),
}
