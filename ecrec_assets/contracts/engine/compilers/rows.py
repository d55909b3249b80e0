"""Row metrics: for each, which rows meet the expectation. A row outside the domain always does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import polars as pl

from ecrec_assets.contracts.engine.compilers import expressions, types
from ecrec_assets.contracts.engine.compilers.columns import all_of, comparable, known_values, pairs, value
from ecrec_assets.contracts.engine.compilers.domain import Domain
from ecrec_assets.contracts.engine.plan import CannotCompile, Mask, Repeats, Table

Values = dict[str, Any]
Meets = Callable[[Table, Domain, Values], pl.Expr]
Unequal = Callable[[Table, Domain, Values], Repeats]


class RowMetric(NamedTuple):
    """`meets` is true on good rows; `repeats` finds rows that occur more than once. Either may be absent."""

    meets: Meets | None = None
    repeats: Unequal | None = None
    skip_nulls: bool = True


def mask(table: Table, metric: str, key: str, domain: Domain, values: Values) -> Mask:
    """The rows that break `metric`. CannotCompile when the frame cannot answer it."""
    row_metric = ROW_METRICS[metric]
    for name in domain.columns:
        table.column(name)
    asked = domain.rows(table, skip_nulls=row_metric.skip_nulls)
    broken = pl.lit(value=False)
    if row_metric.meets:
        broken = ~row_metric.meets(table, domain, values).fill_null(value=False)
    broken = broken if asked is None else broken & asked
    repeats = row_metric.repeats(table, domain, values) if row_metric.repeats else None
    table.check(broken, *([repeats.digest, repeats.exact] if repeats else ()))
    return Mask(key, domain.columns, broken, repeats, domain.shape)


def _is_null(table: Table, domain: Domain, values: Values) -> pl.Expr:
    return value(table, domain.column).is_null()


def _is_present(table: Table, domain: Domain, values: Values) -> pl.Expr:
    return value(table, domain.column).is_not_null()


def _in_set(table: Table, domain: Domain, values: Values) -> pl.Expr:
    if values.get("value_set") is None:
        return pl.lit(value=True)
    column = value(table, domain.column)
    members = known_values(table.column(domain.column), values["value_set"])
    return column.is_in(members.implode())


def _not_in_set(table: Table, domain: Domain, values: Values) -> pl.Expr:
    return pl.lit(value=True) if values.get("value_set") is None else ~_in_set(table, domain, values)


def _between(table: Table, domain: Domain, values: Values) -> pl.Expr:
    dtype = table.column(domain.column)
    low, high = values.get("min_value"), values.get("max_value")
    if low is None and high is None:
        raise CannotCompile("min_value and max_value cannot both be None")
    if low is not None and high is not None and type(low) is type(high) and low > high:
        raise CannotCompile("min_value cannot be greater than max_value")
    bounds = {k: comparable(dtype, v) for k, v in (("min_value", low), ("max_value", high)) if v is not None}
    return within(value(table, domain.column), {**values, "min_value": None, "max_value": None, **bounds})


def within(column: pl.Expr, values: Values) -> pl.Expr:
    """`column` between min_value and max_value, either of which may be None or strict."""
    parts = []
    if values.get("min_value") is not None:
        parts.append(column > values["min_value"] if values.get("strict_min") else column >= values["min_value"])
    if values.get("max_value") is not None:
        parts.append(column < values["max_value"] if values.get("strict_max") else column <= values["max_value"])
    return all_of(parts)


def _length(table: Table, name: str) -> pl.Expr:
    dtype = table.column(name)
    if isinstance(dtype, pl.List):
        return pl.col(name).list.len()
    return value(table, name).cast(pl.String).str.len_chars()


def _length_between(table: Table, domain: Domain, values: Values) -> pl.Expr:
    if values.get("min_value") is None and values.get("max_value") is None:
        raise CannotCompile("min_value and max_value cannot both be None")
    return within(_length(table, domain.column), values)


def _length_equals(table: Table, domain: Domain, values: Values) -> pl.Expr:
    return _length(table, domain.column) == values["value"]


def _regex(table: Table, domain: Domain, pattern: str) -> pl.Expr:
    if not isinstance(table.column(domain.column), pl.String | pl.Categorical | pl.Enum):
        raise CannotCompile(f"column {domain.column} is not text, so no pattern can match it")
    try:
        pl.select(pl.lit("").str.contains(pattern))
    except pl.exceptions.ComputeError as error:
        why = "look-around is not supported" if "look-around" in str(error) else str(error).splitlines()[-1]
        raise CannotCompile(f"the pattern '{pattern}' cannot be used: {why}") from error
    return pl.col(domain.column).cast(pl.String).str.contains(pattern)


def _match(table: Table, domain: Domain, values: Values) -> pl.Expr:
    return _regex(table, domain, values["regex"])


def _not_match(table: Table, domain: Domain, values: Values) -> pl.Expr:
    return ~_regex(table, domain, values["regex"])


def _match_list(table: Table, domain: Domain, values: Values) -> pl.Expr:
    hits = [_regex(table, domain, pattern) for pattern in values["regex_list"]]
    if values.get("match_on") not in ("any", "all", None):
        raise CannotCompile("match_on must be either 'any' or 'all'")
    return pl.all_horizontal(hits) if values.get("match_on") == "all" else pl.any_horizontal(hits)


def _not_match_list(table: Table, domain: Domain, values: Values) -> pl.Expr:
    return ~pl.any_horizontal([_regex(table, domain, pattern) for pattern in values["regex_list"]])


def _repeated(table: Table, domain: Domain, values: Values) -> Repeats:
    return Repeats(tuple(domain.values(table)), domain.rows(table))


def _equal(table: Table, domain: Domain, values: Values) -> pl.Expr:
    left, right = domain.values(table)
    return left == right


def _greater(table: Table, domain: Domain, values: Values) -> pl.Expr:
    left, right = domain.values(table)
    return left >= right if values.get("or_equal") else left > right


def _sum_equals(table: Table, domain: Domain, values: Values) -> pl.Expr:
    first, *rest = domain.values(table)
    return sum(rest, start=first) == values["sum_total"]


def _unlike_within_record(table: Table, domain: Domain, values: Values) -> pl.Expr:
    return all_of(left.ne_missing(right) for left, right in pairs(domain.values(table)))


def _alike_within_record(table: Table, domain: Domain, values: Values) -> pl.Expr:
    first, *rest = domain.values(table)
    return all_of(first.eq_missing(other) for other in rest)


def _finite(table: Table, domain: Domain, values: Values) -> pl.Expr:
    floats = [pl.col(name) for name in domain.columns if table.column(name).is_float()]
    return all_of(column.is_finite() | column.is_null() for column in floats)


def _key_is_whole(table: Table, domain: Domain, values: Values) -> pl.Expr:
    return all_of(part.is_not_null() for part in domain.values(table))


def _surplus_key(table: Table, domain: Domain, values: Values) -> Repeats:
    parts = domain.values(table)
    whole = all_of(part.is_not_null() for part in parts)
    nullable = whole if domain.where is None else whole & domain.where
    return Repeats(tuple(parts), nullable, keep_first=True)


def _surplus_row(table: Table, domain: Domain, values: Values) -> Repeats:
    names = domain.columns or tuple(table.visible)
    return Repeats(tuple(value(table, name) for name in names), domain.where, keep_first=True)


def _in_reference(table: Table, domain: Domain, values: Values) -> pl.Expr:
    keys = table.keys(values["reference"], values["reference_column"])
    if keys.dtype != table.column(domain.column):
        raise CannotCompile(
            f"{domain.column} is {table.column(domain.column)} but "
            f"{values['reference']}.{values['reference_column']} is {keys.dtype}"
        )
    return value(table, domain.column).is_in(keys.implode())


ROW_METRICS: dict[str, RowMetric] = {
    "column_values.null": RowMetric(_is_null, skip_nulls=False),
    "column_values.nonnull": RowMetric(_is_present, skip_nulls=False),
    "column_values.in_set": RowMetric(_in_set),
    "column_values.not_in_set": RowMetric(_not_in_set),
    "column_values.between": RowMetric(_between),
    "column_values.value_length.between": RowMetric(_length_between),
    "column_values.value_length.equals": RowMetric(_length_equals),
    "column_values.match_regex": RowMetric(_match),
    "column_values.not_match_regex": RowMetric(_not_match),
    "column_values.match_regex_list": RowMetric(_match_list),
    "column_values.not_match_regex_list": RowMetric(_not_match_list),
    "column_values.of_type": RowMetric(types.of_type),
    "column_values.in_type_list": RowMetric(types.in_type_list),
    "column_values.unique": RowMetric(repeats=_repeated),
    "column_pair_values.equal": RowMetric(_equal),
    "column_pair_values.a_greater_than_b": RowMetric(_greater),
    "compound_columns.unique": RowMetric(repeats=_repeated),
    "multicolumn_sum.equal": RowMetric(_sum_equals),
    "multicolumn_values.equal": RowMetric(_alike_within_record),
    "select_column_values.unique.within_record": RowMetric(_unlike_within_record),
    "column_values.in_reference": RowMetric(_in_reference),
    "column_list.finite": RowMetric(_finite, skip_nulls=False),
    "column_list.key": RowMetric(_key_is_whole, _surplus_key, skip_nulls=False),
    "rows.distinct": RowMetric(repeats=_surplus_row, skip_nulls=False),
    "expression.holds": RowMetric(expressions.holds),
}
