"""Registers our metrics with Great Expectations: for each a partial that compiles, and the value the bundle gives.

Great Expectations looks a metric up by the engine's class name, so nothing of its own changes. Every metric depends
on its own partial alone: a suite resolves in two waves, compile everything, then one bundle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from great_expectations.core.metric_function_types import MetricFunctionTypes, MetricPartialFunctionTypes
from great_expectations.execution_engine import ExecutionEngine
from great_expectations.expectations import metrics as _core  # noqa: F401  (fills the registry we read keys from)
from great_expectations.expectations.metrics.metric_provider import MetricProvider
from great_expectations.expectations.registry import _registered_metrics, register_metric

from ecrec_assets.contracts.engine.compilers.aggregates import AGGREGATES
from ecrec_assets.contracts.engine.compilers.rows import ROW_METRICS
from ecrec_assets.contracts.engine.compilers.tables import TABLE_METRICS

TABLE_DOMAIN = ("batch_id", "table", "row_condition", "condition_parser")
SUMMARIES = (
    "unexpected_count",
    "filtered_row_count",
    "unexpected_values",
    "unexpected_rows",
    "unexpected_index_list",
    "unexpected_index_query",
    "unexpected_value_counts",
)
PARTIAL = MetricPartialFunctionTypes.AGGREGATE_FN.metric_suffix


class Keys(NamedTuple):
    """Which kwargs of an expectation choose the rows of a metric, and which choose its value."""

    domain: tuple[str, ...]
    value: tuple[str, ...]
    defaults: dict[str, Any] = {}  # noqa: RUF012  (read only)


COLUMN = (*TABLE_DOMAIN, "column")
COLUMN_LIST = (*TABLE_DOMAIN, "column_list", "ignore_row_if")
OWN: dict[str, Keys] = {
    "column_values.in_reference": Keys(COLUMN, ("reference", "reference_column")),
    "column_values.in_one_group": Keys(COLUMN, ("group_column",)),
    "column_list.finite": Keys(COLUMN_LIST, ()),
    "column_list.key": Keys(COLUMN_LIST, ()),
    "rows.distinct": Keys(COLUMN_LIST, ()),
    "expression.holds": Keys(COLUMN_LIST, ("left", "operator", "right")),
    "table.schema_difference": Keys(TABLE_DOMAIN, ("column_types",)),
    "rows.in_one_split": Keys(COLUMN_LIST, ("split_column", "keep")),
    "rows.in_reference": Keys(COLUMN_LIST, ("reference", "reference_column_list")),
    "rows.absent_from_reference": Keys(COLUMN_LIST, ("reference", "reference_column_list")),
    "rows.impression_not_repeated": Keys(COLUMN_LIST, ("time_column", "within_seconds")),
    "column_values.split_in_order": Keys(COLUMN, ("split_column", "order", "gap_hours")),
    "column_values.apart_from_reference": Keys(COLUMN, ("side", "reference", "reference_column", "gap_hours")),
    "column_values.not_in_future": Keys(COLUMN, ("tolerance_seconds", "as_of")),
    "column_values.follows_cause": Keys(COLUMN, ("cause_column", "tolerance_seconds", "cause_required")),
    "column_values.follows_cause_in_reference": Keys(
        COLUMN,
        ("key_column", "reference", "reference_key", "reference_column", "tolerance_seconds", "cause_required"),
    ),
    "column_values.clean_text": Keys(COLUMN, ("kinds",)),
    "column_values.iob2": Keys(COLUMN, ("types", "token_column")),
    "column.stale_slices": Keys(COLUMN, ("slice_column", "max_age_hours", "as_of", "slices")),
    "column.orphan_share": Keys(COLUMN, ("reference", "reference_column", "of")),
    "column.gini": Keys(COLUMN, ("weight_column", "reference", "reference_column")),
    "column.effective_number": Keys(COLUMN, ("measure",)),
    "column.smallest_class": Keys(COLUMN, ("classes",)),
    "column.judged_queries": Keys(
        COLUMN, ("item_column", "judgement_column", "min_items", "reference", "reference_column")
    ),
    "column.psi": Keys(COLUMN, ("reference", "reference_column", "bins", "treat_as")),
    "column.ks_distance": Keys(COLUMN, ("reference", "reference_column")),
    "column.label_noise": Keys(COLUMN, ("probabilities", "classes")),
    "column.age_hours": Keys(COLUMN, ("as_of",)),
    "column.day_gaps": Keys(COLUMN, ("min_rows",)),
    "column.largest_class": Keys(COLUMN, ()),
    "column.reference_coverage": Keys(COLUMN, ("reference", "reference_column")),
}


def native_metrics() -> Iterator[str]:
    """Every metric name this engine computes in Polars."""
    yield from AGGREGATES
    yield from TABLE_METRICS
    for name in ROW_METRICS:
        yield from (f"{name}.{summary}" for summary in SUMMARIES)


def register(engine: type[ExecutionEngine], compile_metric: Callable[..., Any]) -> None:
    """Makes `engine` the provider of every native metric; `compile_metric` gets the metric's name first."""
    for name in native_metrics():
        keys = _keys(name)
        provider = type("PolarsMetric", (MetricProvider,), _attributes(keys))
        _register(engine, f"{name}.{PARTIAL}", keys, provider, _partial(name, compile_metric))
        _register(engine, name, keys, provider, None)


def register_direct(engine: type[ExecutionEngine], name: str, compute: Callable[..., Any]) -> None:
    """Makes `engine` the provider of a metric that needs no data, only the schema."""
    keys = _keys(name)
    provider = type("PolarsMetric", (MetricProvider,), _attributes(keys))
    _register(engine, name, keys, provider, compute)


def _register(
    engine: type[ExecutionEngine], name: str, keys: Keys, provider: type, function: Callable[..., Any] | None
) -> None:
    kind = MetricPartialFunctionTypes.AGGREGATE_FN if name.endswith(PARTIAL) else MetricFunctionTypes.VALUE
    register_metric(name, keys.domain, keys.value, engine, provider, function, kind if function else None)


def _partial(name: str, compile_metric: Callable[..., Any]) -> Callable[..., Any]:
    def compiled(**kwargs: Any) -> Any:
        return compile_metric(name, **kwargs)

    return compiled


def _attributes(keys: Keys) -> dict[str, Any]:
    return {"domain_keys": keys.domain, "value_keys": keys.value, "default_kwarg_values": keys.defaults}


def _keys(name: str) -> Keys:
    """The keys Great Expectations registered for its own metric; for ours, those above."""
    if name in _registered_metrics:
        known = _registered_metrics[name]
        return Keys(known["metric_domain_keys"], known["metric_value_keys"], known["default_kwarg_values"])
    base, _, summary = name.rpartition(".")
    if summary not in SUMMARIES:
        return OWN[name]
    keys = OWN[base] if base in OWN else _keys(f"{base}.unexpected_count")
    shown = () if summary == "unexpected_count" else ("result_format",)
    return Keys(keys.domain, (*keys.value, *shown), keys.defaults)
