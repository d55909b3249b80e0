"""Our rules on Great Expectations' own pandas engine: the same compilers, run on the columns a rule reads.

A rule is written once. On pandas the rows its `row_condition` keeps are taken as Great Expectations takes them, the
columns the rule names are read by polars, and what fails goes back to Great Expectations by row. So an unchanged suite
gives the same verdict on either engine, and a difference can only come from reading the columns. There is one by
nature: in a numpy column of pandas NaN is the missing value, so a rule cannot tell the two apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, NamedTuple

import pandas as pd
import polars as pl
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.core.metric_function_types import MetricFunctionTypes, MetricPartialFunctionTypes
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.metrics.map_metric_provider import (
    ColumnMapMetricProvider,
    MulticolumnMapMetricProvider,
)
from great_expectations.expectations.metrics.metric_provider import MetricProvider, metric_partial
from great_expectations.expectations.registry import register_metric

from ecrec_assets.contracts.engine.compilers.aggregates import AGGREGATES, aggregate
from ecrec_assets.contracts.engine.compilers.domain import Asked, domain_of
from ecrec_assets.contracts.engine.compilers.rows import ROW_METRICS, mask
from ecrec_assets.contracts.engine.compilers.tables import TABLE_METRICS
from ecrec_assets.contracts.engine.plan import ROW
from ecrec_assets.contracts.engine.registry import COLUMN, OWN, Keys
from ecrec_assets.contracts.engine.runner import run
from ecrec_assets.contracts.engine.split import failing_rows
from ecrec_assets.contracts.engine.table import CannotCompile, Table

ACCESSORS = ("column", "column_list", "ignore_row_if")  # what Great Expectations keeps apart from the choice of rows


class Beside(NamedTuple):
    """What a rule may look at besides the batch."""

    references: Mapping[str, pl.LazyFrame] = {}
    now: datetime | None = None


_beside: ContextVar[Beside | None] = ContextVar("beside", default=None)


@contextmanager
def beside(references: Mapping[str, Any] | None = None, now: datetime | None = None) -> Iterator[None]:
    """Hands published tables, by the name rules use, and the time of the audit to validations on the pandas engine.

    >>> with beside({"raw/products": products}, now=datetime.now(UTC)):
    ...     batch.validate(suite)
    """
    frames = {name: _lazy(frame) for name, frame in (references or {}).items()}
    token = _beside.set(Beside(frames, now))
    try:
        yield
    finally:
        _beside.reset(token)


def _lazy(frame: pd.DataFrame | pl.DataFrame | pl.LazyFrame) -> pl.LazyFrame:
    return frame.lazy() if isinstance(frame, pl.DataFrame | pl.LazyFrame) else whole(as_polars(frame)).lazy()


def as_polars(frame: pd.DataFrame) -> pl.DataFrame:
    """A pandas frame as polars reads it, NaN and NaT as null. CannotCompile names a column it cannot read."""
    return pl.DataFrame([_column(str(name), frame.iloc[:, i]) for i, name in enumerate(frame.columns)])


def whole(frame: pl.DataFrame) -> pl.DataFrame:
    """Whole numbers with gaps, which numpy can only keep as floats, as integers again."""
    gaps = [c for c in frame.columns if frame.schema[c] == pl.Float64 and 0 < frame[c].null_count() < frame.height]
    exact = [c for c in gaps if bool(((frame[c] % 1 == 0) & (frame[c].abs() < 2**53)).all())]
    return frame.with_columns(pl.col(exact).cast(pl.Int64))


def _column(name: str, values: pd.Series) -> pl.Series:
    try:
        return pl.Series(name, pl.from_pandas(values.reset_index(drop=True), nan_to_null=True))
    except (pl.exceptions.PolarsError, TypeError, ValueError, ArithmeticError) as error:
        raise CannotCompile(f"column {name} holds values of several types: {str(error).splitlines()[0]}") from error


def _asked(frame: pd.DataFrame, domain_kwargs: Mapping[str, Any], value_kwargs: Mapping[str, Any]) -> Asked:
    """The rule on the columns it names; on all where it names none."""
    named = {text for text in _texts([domain_kwargs, value_kwargs]) if text in frame.columns}
    wanted = domain_kwargs.get("column_list") or domain_kwargs.get("column")
    columns = [name for name in frame.columns if name in named] if wanted else list(frame.columns)
    around = _beside.get() or Beside()
    read = as_polars(frame[columns])
    untyped = frozenset(name for name in columns if frame[name].dtype == object and frame[name].isna().all())
    table = Table((whole(read) if wanted else read).lazy(), around.references, untyped=untyped, now=around.now)
    return Asked(table, domain_of(dict(domain_kwargs), None), dict(value_kwargs))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts(list(value.values()))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def _value_of(name: str) -> Any:
    """The provider of a metric that is one value."""

    def compute(execution_engine: PandasExecutionEngine, **call: Any) -> Any:
        domain_kwargs, value_kwargs = call["metric_domain_kwargs"], call["metric_value_kwargs"]
        kind = MetricDomainTypes.COLUMN if "column" in domain_kwargs else MetricDomainTypes.TABLE
        frame, _, _ = execution_engine.get_compute_domain(domain_kwargs=domain_kwargs, domain_type=kind)
        asked = _asked(frame, domain_kwargs, value_kwargs)
        plan = aggregate(name, asked) if name in AGGREGATES else TABLE_METRICS[name](asked)
        return run(asked.table, {name: plan})[name]

    return compute


def _condition_of(name: str, kind: MetricDomainTypes) -> Any:
    """The partial of a row metric: True on the rows that break it, as Great Expectations asks for it."""

    @metric_partial(PandasExecutionEngine, MetricPartialFunctionTypes.MAP_CONDITION_SERIES, kind)
    def broken(execution_engine: PandasExecutionEngine, **call: Any) -> Any:
        domain_kwargs = call["metric_domain_kwargs"]
        frame = execution_engine.get_domain_records(domain_kwargs=domain_kwargs)
        accessor = {name: domain_kwargs[name] for name in ACCESSORS if name in domain_kwargs}
        compute = {name: value for name, value in domain_kwargs.items() if name not in accessor}
        asked = _asked(frame, domain_kwargs, call["metric_value_kwargs"])
        rows = failing_rows(asked.table, {name: mask(name, name, asked)})[ROW]
        found = pd.Series(False, index=frame.index)
        found.iloc[rows.to_numpy()] = True
        if kind == MetricDomainTypes.COLUMN:
            found = found[frame[domain_kwargs["column"]].notnull()]
        return found, compute, accessor

    return broken


def _register_rows(name: str, keys: Keys) -> None:
    single = keys.domain == COLUMN
    base, kind = (
        (ColumnMapMetricProvider, MetricDomainTypes.COLUMN)
        if single
        else (MulticolumnMapMetricProvider, MetricDomainTypes.MULTICOLUMN)
    )
    about = {"condition_metric_name": name, "condition_domain_keys": keys.domain, "condition_value_keys": keys.value}
    type("PandasRule", (base,), {**about, "_on_pandas": _condition_of(name, kind)})


def _register_value(name: str, keys: Keys) -> None:
    about = {"domain_keys": keys.domain, "value_keys": keys.value, "default_kwarg_values": keys.defaults}
    provider = type("PandasRule", (MetricProvider,), about)
    register_metric(
        name, keys.domain, keys.value, PandasExecutionEngine, provider, _value_of(name), MetricFunctionTypes.VALUE
    )


for _name, _keys in OWN.items():
    (_register_rows if _name in ROW_METRICS else _register_value)(_name, _keys)
