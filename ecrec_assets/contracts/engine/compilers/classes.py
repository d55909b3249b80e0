"""Column metrics over distinct values and how often each occurs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from ecrec_assets.contracts.engine.compilers.columns import members
from ecrec_assets.contracts.engine.compilers.domain import Asked
from ecrec_assets.contracts.engine.plan import Plan, Query

MOST_SHOWN = 20


def counted(asked: Asked, finish: Callable[[pl.DataFrame], Any]) -> Query:
    """`value, count` of every distinct value present, most frequent first, then by value."""

    def build(frame: pl.LazyFrame) -> pl.LazyFrame:
        present = frame.filter(asked.where).select(value=asked.value).drop_nulls()
        return present.group_by("value").agg(count=pl.len()).sort("count", "value", descending=[True, False])

    return Query(build, finish)


def distinct(asked: Asked) -> Plan:
    return counted(asked, lambda found: set(found["value"].to_list()))


def most_common(asked: Asked) -> Plan:
    """Every value that no other outnumbers."""
    return counted(asked, lambda found: found.filter(pl.col("count") == pl.col("count").max())["value"].to_list())


def largest(asked: Asked) -> Plan:
    """The share of the most frequent value, and the value unless its column is personal."""
    private = asked.column in asked.table.private

    def share(found: pl.DataFrame) -> dict[str, Any]:
        if found.is_empty():
            return {"share": None, "value": None}
        return {
            "share": found["count"][0] / found["count"].sum(),
            "value": None if private else str(found["value"][0]),
        }

    return counted(asked, share)


def unexpected(asked: Asked) -> Plan:
    most = asked.arguments.get("limit") or MOST_SHOWN
    return counted(asked, lambda found: _beyond(asked, found)[:most])


def unexpected_count(asked: Asked) -> Plan:
    return counted(asked, lambda found: len(_beyond(asked, found)))


def missing(asked: Asked) -> Plan:
    most = asked.arguments.get("limit") or MOST_SHOWN
    return counted(asked, lambda found: _lacking(asked, found)[:most])


def missing_count(asked: Asked) -> Plan:
    return counted(asked, lambda found: len(_lacking(asked, found)))


def _beyond(asked: Asked, found: pl.DataFrame) -> list[Any]:
    wanted = members(asked.dtype, asked.arguments["value_set"] or ())
    return found.filter(~pl.col("value").is_in(wanted.implode()))["value"].sort().to_list()


def _lacking(asked: Asked, found: pl.DataFrame) -> list[Any]:
    here, wanted = set(found["value"].to_list()), dict.fromkeys(asked.arguments["value_set"] or ())
    return [item for item in wanted if not set(members(asked.dtype, [item]).to_list()) & here]
