"""The adapter between Great Expectations and our compilers and runner. All decisions about data are made there."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from typing import Any, NamedTuple

import pandas as pd
import polars as pl
from great_expectations.core.batch import BatchData, BatchMarkers
from great_expectations.core.batch_spec import RuntimeDataBatchSpec
from great_expectations.execution_engine import ExecutionEngine, PandasExecutionEngine
from great_expectations.expectations.row_conditions import Condition
from great_expectations.util import convert_to_json_serializable

from ecrec_assets.contracts.engine import conditions, registry
from ecrec_assets.contracts.engine.compilers.aggregates import AGGREGATES, aggregate
from ecrec_assets.contracts.engine.compilers.domain import Asked, domain_of
from ecrec_assets.contracts.engine.compilers.examples import summary
from ecrec_assets.contracts.engine.compilers.rows import asked_rows, mask
from ecrec_assets.contracts.engine.compilers.tables import TABLE_METRICS
from ecrec_assets.contracts.engine.plan import Plan
from ecrec_assets.contracts.engine.runner import run
from ecrec_assets.contracts.engine.table import CannotCompile, Table

logger = logging.getLogger(__name__)

BESIDE_THE_DOMAIN = ("batch_id", "table", "result_format", "condition_parser")


class PolarsBatchData(BatchData):
    """One table as Great Expectations holds it. `dataframe` is the way out to pandas for metrics we do not have."""

    def __init__(self, execution_engine: PolarsExecutionEngine, table: Table) -> None:
        super().__init__(execution_engine=execution_engine)
        self.table = table
        self._pandas: pd.DataFrame | None = None

    @property
    def dataframe(self) -> pd.DataFrame:
        if self._pandas is None:
            if self.execution_engine.strict:
                raise CannotCompile("this rule has no Polars form and the engine is strict")
            logger.warning("a rule has no Polars form: the whole table is converted to pandas")
            columns = [name for name in self.table.visible if name not in self.table.withheld]
            self._pandas = self.table.frame.select(columns).collect().to_pandas()
        return self._pandas


class PolarsExecutionEngine(PandasExecutionEngine):
    """Computes a whole suite on a LazyFrame in at most two queries.

    A subclass of the pandas engine because expectations about types ask for it, and so that a metric without a Polars
    form still runs (logged; `strict` forbids it).
    """

    def __init__(self, *args: Any, strict: bool = False, **kwargs: Any) -> None:
        self.strict = strict
        self._compiled: dict[Any, Plan | CannotCompile] = {}
        super().__init__(*args, **kwargs)

    def load_batch_data(self, batch_id: str, batch_data: Table | PolarsBatchData) -> None:
        loaded = PolarsBatchData(self, batch_data) if isinstance(batch_data, Table) else batch_data
        self._metric_cache.clear()
        self._compiled.clear()
        ExecutionEngine.load_batch_data(self, batch_id=batch_id, batch_data=loaded)

    def get_batch_data_and_markers(self, batch_spec: RuntimeDataBatchSpec) -> tuple[PolarsBatchData, BatchMarkers]:
        table = batch_spec.batch_data
        batch_spec.batch_data = "PolarsLazyFrame"
        return PolarsBatchData(self, table), BatchMarkers({"ge_load_time": None})

    def table(self, domain_kwargs: dict[str, Any]) -> Table:
        manager = self.batch_manager
        return manager.batch_data_cache[domain_kwargs.get("batch_id") or manager.active_batch_data_id].table

    def compile(self, name: str, domain_kwargs: dict[str, Any], value_kwargs: dict[str, Any]) -> Plan:
        """The plan of one metric. CannotCompile when the table cannot answer it.

        Great Expectations asks for the whole suite again each time one metric raises, so answers are kept.
        """
        key = (name, _text(domain_kwargs), _text(value_kwargs))
        if key not in self._compiled:
            try:
                self._compiled[key] = self._compile(name, domain_kwargs, value_kwargs)
            except CannotCompile as error:
                self._compiled[key] = error
        found = self._compiled[key]
        if isinstance(found, CannotCompile):
            raise CannotCompile(str(found))
        return found

    def _compile(self, name: str, domain_kwargs: dict[str, Any], value_kwargs: dict[str, Any]) -> Plan:
        table = self.table(domain_kwargs)
        asked = Asked(table, domain_of(domain_kwargs, self.where(table, domain_kwargs)), value_kwargs)
        if name in AGGREGATES:
            return aggregate(name, asked)
        if name in TABLE_METRICS:
            return TABLE_METRICS[name](asked)
        metric, _, suffix = name.rpartition(".")
        broken = mask(metric, _mask_key(metric, domain_kwargs, value_kwargs), asked)
        return summary(suffix, table, broken, asked_rows(metric, asked), value_kwargs.get("result_format") or {})

    def resolve_metric_bundle(self, metric_fn_bundle: Iterable[Any]) -> dict[Any, Any]:
        """Every compiled metric of the suite at once."""
        by_table: dict[int, tuple[Table, dict[Any, Plan]]] = {}
        for item in metric_fn_bundle:
            table = self.table(item.compute_domain_kwargs)
            by_table.setdefault(id(table), (table, {}))[1][item.metric_configuration.id] = item.metric_fn
        return {key: value for table, plans in by_table.values() for key, value in run(table, plans).items()}

    def where(self, table: Table, domain_kwargs: dict[str, Any]) -> pl.Expr | None:
        """The row condition as an expression that is never null; None when there is no condition."""
        given = domain_kwargs.get("row_condition")
        return conditions.clause(table, given) if given else None

    def condition_to_filter_clause(self, condition: Condition) -> pl.Expr:
        return conditions.clause(self.table({}), condition)

    def _apply_row_condition_filter(self, data: pd.DataFrame, row_condition: Any, domain_kwargs: dict) -> pd.DataFrame:
        table = self.table(domain_kwargs)
        kept = self.where(table, {**domain_kwargs, "row_condition": row_condition})
        return data[table.frame.select(kept).collect().to_series().to_numpy()]


def _mask_key(metric: str, domain_kwargs: dict[str, Any], value_kwargs: dict[str, Any]) -> str:
    """The metrics of one rule share this key, and so the count and the row numbers of its mask."""
    chosen = {**domain_kwargs, **value_kwargs}
    return f"{metric} {_text({k: v for k, v in chosen.items() if k not in BESIDE_THE_DOMAIN and v is not None})}"


def _text(kwargs: dict[str, Any]) -> str:
    return json.dumps(convert_to_json_serializable(dict(kwargs)), sort_keys=True)


def _compile(name: str, **call: Any) -> tuple[Plan, dict[str, Any], dict[str, Any]]:
    engine: PolarsExecutionEngine = call["execution_engine"]
    domain_kwargs = call["metric_domain_kwargs"]
    return engine.compile(name, domain_kwargs, call["metric_value_kwargs"]), domain_kwargs, {}


class PolarsType(NamedTuple):
    """A column's type. Its inner type is called `object_`, so that type expectations ask the engine row by row."""

    dtype: pl.DataType

    @property
    def type(self) -> type:
        return _AnyObject

    def __str__(self) -> str:
        return str(self.dtype)


_AnyObject = type("object_", (), {})


def _column_types(**call: Any) -> list[dict[str, Any]]:
    table = call["execution_engine"].table(call["metric_domain_kwargs"])
    return [{"name": name, "type": PolarsType(dtype)} for name, dtype in table.visible.items()]


def _columns(**call: Any) -> list[str]:
    return list(call["execution_engine"].table(call["metric_domain_kwargs"]).visible)


registry.register(PolarsExecutionEngine, _compile)
registry.register_direct(PolarsExecutionEngine, "table.column_types", _column_types)
registry.register_direct(PolarsExecutionEngine, "table.columns", _columns)
