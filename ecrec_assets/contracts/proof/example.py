"""Example rows made from a contract alone, for a proof before there is any data.

Columns are filled from what the rules allow; rows that still break a rule are filled anew or left out. It is a search,
not a solver: a contract whose rules hang together closely may get no rows that keep all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import NamedTuple

import polars as pl

from ecrec_assets.contracts.engine.compilers.columns import moment
from ecrec_assets.contracts.engine.split import FAILED
from ecrec_assets.contracts.model import Condition, Contract, Rule
from ecrec_assets.contracts.proof.catching import PLACE, Net
from ecrec_assets.contracts.proof.example_values import Allowed, values
from ecrec_assets.contracts.proof.sample import asked_by

ROWS = 600
ROWS_A_CONDITION = 5
ROUNDS = 6
SEED = 1

Conditions = tuple[Rule, ...]


class Example(NamedTuple):
    """Rows that keep every row rule, and the tables they refer to."""

    rows: pl.DataFrame
    references: dict[str, pl.LazyFrame]


def example(contract: Contract, now: datetime) -> Example:
    """At most some hundred rows, the same for the same contract; none when no row keeps all rules."""
    random = Random(SEED)  # noqa: S311 (a seed is the point)
    allowed = {column.name: _allowed(contract, column.name, contract.rules, now) for column in contract.columns}
    columns = {name: pl.Series(name, values(each, ROWS, random), dtype=each.dtype) for name, each in allowed.items()}
    rows = _staged(contract, pl.DataFrame(list(columns.values())))
    if contract.primary_key:
        rows = rows.unique(list(contract.primary_key), keep="first", maintain_order=True)
    references = _references(contract, rows)
    net = Net(contract, references, now)
    for _ in range(ROUNDS):
        rows = _fitted(contract, rows, now, random)
        caught = net.caught(rows.with_row_index(PLACE).lazy())
        if caught.is_empty():
            break
        rows = _mended(contract, rows, caught, now, random)
    else:
        broken = net.caught(rows.with_row_index(PLACE).lazy())[PLACE]
        rows = rows.with_row_index(PLACE).filter(~pl.col(PLACE).is_in(broken.implode())).drop(PLACE)
    return Example(rows, references)


def _allowed(contract: Contract, column: str, rules: Conditions, now: datetime) -> Allowed:
    """What rules without a condition allow in a column."""
    dtype = contract.schema[column]
    found = Allowed(dtype=dtype, newest=now, key=contract.primary_key == (column,))
    for rule in rules:
        if rule.kwargs.get("column") == column and not rule.where:
            found = narrowed(found, rule)
    return found


def narrowed(allowed: Allowed, rule: Rule) -> Allowed:
    """What is left of the allowed values when a rule holds too."""
    kwargs = rule.kwargs
    match rule.expectation:
        case "expect_column_values_to_be_in_set" | "expect_column_distinct_values_to_equal_set":
            return replace(allowed, members=tuple(kwargs["value_set"]))
        case "expect_column_distinct_values_to_contain_set" if not allowed.members:
            return replace(allowed, members=tuple(kwargs["value_set"]))
        case "expect_column_values_to_match_regex":
            return replace(allowed, pattern=kwargs["regex"])
        case "expect_column_values_to_be_between":
            return replace(allowed, low=_bound(allowed, kwargs, "min"), high=_bound(allowed, kwargs, "max"))
        case "expect_column_value_lengths_to_be_between":
            return replace(allowed, shortest=kwargs.get("min_value"), longest=kwargs.get("max_value"))
        case "expect_column_value_lengths_to_equal":
            return replace(allowed, shortest=kwargs["value"], longest=kwargs["value"])
        case "expect_column_values_to_be_null":
            return replace(allowed, empty=True)
        case "expect_column_max_to_be_recent":
            as_of = kwargs.get("as_of")
            return replace(allowed, newest=datetime.fromisoformat(as_of)) if as_of else allowed
        case "expect_column_values_to_be_unique":
            return replace(allowed, key=True)
        case "expect_column_unique_value_count_to_be_between":
            return replace(allowed, most=kwargs.get("max_value"))
        case "expect_column_tags_to_be_iob2":
            return replace(allowed, entries=("O", *(f"B-{name}" for name in kwargs.get("types") or ("label",))))
    return allowed


def _bound(allowed: Allowed, kwargs: dict[str, object], side: str) -> object:
    """The tighter of the bound known and the rule's; a strict bound is passed by a little."""
    given, known = kwargs.get(f"{side}_value"), allowed.low if side == "min" else allowed.high
    if given is None:
        return known
    bound: object = moment(allowed.dtype, given) if allowed.dtype.is_temporal() else given
    if kwargs.get(f"strict_{side}") and isinstance(bound, int | float):
        step = 1 if allowed.dtype.is_integer() else max(abs(bound), 1) * 1e-3
        bound = bound + step if side == "min" else bound - step
    if known is None:
        return bound
    return max(known, bound) if side == "min" else min(known, bound)


def _staged(contract: Contract, rows: pl.DataFrame) -> pl.DataFrame:
    """Some rows for every rule with a condition are made to meet it, one for each value that has to be there."""
    at = 0
    for rule in contract.rules:
        settings = [_setting(condition) for condition in rule.where]
        if not settings or None in settings:
            continue
        wanted = list(rule.kwargs["value_set"]) if "_contain_set" in rule.expectation else [None] * ROWS_A_CONDITION
        for member in wanted:
            met = {name: value for name, value in settings if name in rows.columns}  # type: ignore[misc]
            met |= {rule.kwargs["column"]: member} if member is not None else {}
            here = pl.int_range(pl.len()) == at % rows.height
            rows = rows.with_columns(
                pl.when(here).then(pl.lit(value, dtype=rows.schema[name])).otherwise(pl.col(name)).alias(name)
                for name, value in met.items()
            )
            at += 1
    return rows


def _setting(condition: Condition) -> tuple[str, object] | None:
    """A value that meets the condition; None where only a search could find one."""
    match condition.operator:
        case "==" | ">=" | "<=":
            return condition.column, condition.value
        case "in":
            return condition.column, condition.value[0]
        case "is null":
            return condition.column, None
    return None


def _references(contract: Contract, rows: pl.DataFrame) -> dict[str, pl.LazyFrame]:
    """Tables that know exactly the values of the rows."""
    named: dict[str, dict[str, pl.Series]] = {}
    for rule in contract.rules:
        table, column, own = (rule.kwargs.get(name) for name in ("reference", "reference_column", "column"))
        if table and column and own in rows.columns:
            named.setdefault(table, {})[column] = rows[own].drop_nulls().unique(maintain_order=True).rename(column)
    return {
        table: pl.concat([s.to_frame() for s in each.values()], how="horizontal").lazy()
        for table, each in named.items()
    }


def _fitted(contract: Contract, rows: pl.DataFrame, now: datetime, random: Random) -> pl.DataFrame:
    """Rows that a rule with a condition asks about get values it allows; pairs are put in order."""
    for rule in contract.rules:
        where = asked_by(rule, rows.schema)
        column = rule.kwargs.get("column")
        if where is not None and column in rows.columns:
            allowed = narrowed(_allowed(contract, column, contract.rules, now), rule)
            rows = _filled(rows, column, where, allowed, random)
        if rule.expectation == "expect_column_pair_values_a_to_be_greater_than_b":
            left, right = pl.col(rule.kwargs["column_A"]), pl.col(rule.kwargs["column_B"])
            high, low = pl.max_horizontal(left, right), pl.min_horizontal(left, right)
            rows = rows.with_columns(high.alias(rule.kwargs["column_A"]), low.alias(rule.kwargs["column_B"]))
        if rule.expectation == "expect_column_tags_to_be_iob2" and rule.kwargs.get("token_column") in rows.columns:
            words, tags = pl.col(rule.kwargs["token_column"]), pl.col(rule.kwargs["column"])
            outside = words.list.eval(pl.element().is_null().replace_strict({False: "O", True: "O"}))
            rows = rows.with_columns(tags.list.concat(outside).list.head(words.list.len()))
    return rows


def _filled(rows: pl.DataFrame, column: str, where: pl.Expr, allowed: Allowed, random: Random) -> pl.DataFrame:
    new = pl.Series(column, values(allowed, rows.height, random), dtype=allowed.dtype)
    return rows.with_columns(pl.when(where).then(new).otherwise(pl.col(column)).alias(column))


def _mended(
    contract: Contract, rows: pl.DataFrame, caught: pl.DataFrame, now: datetime, random: Random
) -> pl.DataFrame:
    """Failing rows get new values in every column that is not part of the key."""
    rules: Mapping[int, list[str]] = dict(caught.select(PLACE, FAILED).iter_rows())
    failing = pl.int_range(pl.len()).is_in(list(rules))
    for column in contract.columns:
        if column.name not in contract.primary_key:
            allowed = _allowed(contract, column.name, contract.rules, now)
            rows = _filled(rows, column.name, failing, allowed, random)
    return rows
