"""Runs one rule in plain Great Expectations on both engines."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import great_expectations as gx
import polars as pl
from great_expectations.expectations.registry import get_expectation_impl

from ecrec_assets.contracts import suite as _registers_them  # noqa: F401
from ecrec_assets.contracts.engine import datasource  # noqa: F401  (adds data_sources.add_polars)
from ecrec_assets.contracts.engine.table import Table
from ecrec_assets.contracts.expectations.on_pandas import beside


class Found(NamedTuple):
    """What an engine says: whether it holds, the rows that break it or the value it observed, and an error."""

    success: bool
    rows: list[int] | None
    observed: Any
    error: str | None


def on_both(
    expectation: str,
    frame: pl.DataFrame,
    references: Mapping[str, pl.DataFrame] | None = None,
    now: datetime | None = None,
    **arguments: Any,
) -> tuple[Found, Found]:
    """The rule's answer on polars, and on pandas."""
    kind = get_expectation_impl(expectation)
    lazy = {name: table.lazy() for name, table in (references or {}).items()}
    ours = _run(_batches()[1], Table(frame.lazy(), lazy, now=now), kind(**arguments))
    with beside({name: table.to_pandas() for name, table in (references or {}).items()}, now=now):
        theirs = _run(_batches()[0], frame.to_pandas(), kind(**arguments))
    return ours, theirs


def on_polars(expectation: str, frame: pl.DataFrame, **arguments: Any) -> Found:
    """The answer on polars, once it is known to be that on pandas."""
    ours, theirs = on_both(expectation, frame, **arguments)
    assert ours == theirs
    return ours


def _run(definition: Any, data: Any, expectation: Any) -> Found:
    batch = definition.get_batch(batch_parameters={"dataframe": data})
    result = batch.validate(expectation, result_format="COMPLETE")
    messages = [info["exception_message"] for info in _infos(result.exception_info) if info.get("exception_message")]
    if messages:
        return Found(bool(result.success), None, None, messages[0])
    shown = result.result
    rows = shown["unexpected_index_list"] or [] if "element_count" in shown else None
    return Found(bool(result.success), rows, _plain(shown.get("observed_value")), None)


def _infos(info: Any) -> list[Any]:
    return [info] if "exception_message" in info else [part for part in info.values() if isinstance(part, Mapping)]


def _plain(value: Any) -> Any:
    """Floats to nine digits: a sum in another order of rows differs in the last."""
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, float) and math.isfinite(value):
        return float(f"{value:.9g}")
    return value


@cache
def _batches() -> tuple[Any, Any]:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    pandas = context.data_sources.add_pandas("pandas").add_dataframe_asset("t")
    polars = context.data_sources.add_polars("polars").add_table_asset("t")
    return pandas.add_batch_definition_whole_dataframe("w"), polars.add_batch_definition_whole_table("w")
