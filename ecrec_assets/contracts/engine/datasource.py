"""`context.data_sources.add_polars(...)`: a data source of Great Expectations whose batches are polars tables."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike, fspath
from typing import Any, ClassVar, Literal

import polars as pl
from great_expectations.compatibility import pydantic
from great_expectations.core.batch import LegacyBatchDefinition
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.core.batch_spec import RuntimeDataBatchSpec
from great_expectations.core.id_dict import IDDict
from great_expectations.datasource.fluent import BatchRequest
from great_expectations.datasource.fluent.batch_identifier_util import make_batch_identifier
from great_expectations.datasource.fluent.constants import _DATA_CONNECTOR_NAME
from great_expectations.datasource.fluent.interfaces import Batch, DataAsset, Datasource

from ecrec_assets.contracts.engine.engine import PolarsExecutionEngine
from ecrec_assets.contracts.engine.table import Table

FRAME = "dataframe"
EngineType = type[PolarsExecutionEngine]


class PolarsTableAsset(DataAsset):
    """A table that is handed over at run time, under the batch parameter `dataframe`."""

    type: Literal["polars_table"] = "polars_table"

    class Config:
        extra = pydantic.Extra.forbid

    def test_connection(self) -> None:
        """There is nothing to connect to."""

    def get_batch_parameters_keys(self, **_: Any) -> tuple[str, ...]:
        return (FRAME,)

    def rows_of(self, options: dict[str, Any]) -> Table:
        """The table of one batch. TypeError when none was handed over."""
        return _table(options.get(FRAME))

    def add_batch_definition_whole_table(self, name: str) -> BatchDefinition:
        return self.add_batch_definition(name=name, partitioner=None)

    def build_batch_request(self, options: dict[str, Any] | None = None, **parts: Any) -> BatchRequest:
        """Whole tables only: ValueError when a slice or a partition is asked for."""
        if any(part is not None for part in parts.values()):
            raise ValueError(f"a polars table is given whole, without {' or '.join(parts)}")
        keys = self.get_batch_parameters_keys()
        if unknown := set(options or {}) - set(keys):
            raise ValueError(
                f"batch parameters {sorted(unknown)} are unknown to '{self.name}', which takes {list(keys)}"
            )
        given = {FRAME: self.rows_of(options or {})} if keys else {}
        return BatchRequest(datasource_name=self.datasource.name, data_asset_name=self.name, options=given)

    def get_batch_identifiers_list(self, batch_request: BatchRequest) -> list[dict]:
        return [IDDict(batch_request.options)]

    def _validate_batch_request(self, batch_request: BatchRequest) -> None:
        self.rows_of(batch_request.options)

    def get_batch(self, batch_request: BatchRequest) -> Batch:
        spec = RuntimeDataBatchSpec(batch_data=self.rows_of(batch_request.options))
        data, markers = self.datasource.get_execution_engine().get_batch_data_and_markers(spec)
        definition = LegacyBatchDefinition(
            datasource_name=self.datasource.name,
            data_connector_name=_DATA_CONNECTOR_NAME,
            data_asset_name=self.name,
            batch_identifiers=make_batch_identifier(batch_request.options),
        )
        return Batch(
            datasource=self.datasource,
            data_asset=self,
            batch_request=batch_request,
            data=data,
            metadata=self._get_batch_metadata_from_batch_request(batch_request, ignore_options=(FRAME,)),
            batch_markers=markers,
            batch_spec=spec,
            batch_definition=definition,
        )


class PolarsParquetAsset(PolarsTableAsset):
    """Parquet files below a path or a glob, scanned anew for each batch."""

    type: Literal["polars_parquet"] = "polars_parquet"  # type: ignore[assignment]
    path: str

    def get_batch_parameters_keys(self, **_: Any) -> tuple[str, ...]:
        return ()

    def rows_of(self, options: dict[str, Any]) -> Table:  # noqa: ARG002  (a scan takes none)
        return Table(pl.scan_parquet(self.path))


class PolarsDeltaAsset(PolarsTableAsset):
    """A Delta table, at one version of it or at its newest."""

    type: Literal["polars_delta"] = "polars_delta"  # type: ignore[assignment]
    path: str
    version: int | None = None

    def get_batch_parameters_keys(self, **_: Any) -> tuple[str, ...]:
        return ()

    def rows_of(self, options: dict[str, Any]) -> Table:  # noqa: ARG002  (a scan takes none)
        return Table(pl.scan_delta(self.path, version=self.version))


class PolarsDatasource(Datasource):
    """Polars tables; a suite on them runs in the Polars engine. `strict` refuses rules that would need pandas."""

    asset_types: ClassVar[Sequence[type[DataAsset]]] = [PolarsTableAsset, PolarsParquetAsset, PolarsDeltaAsset]

    type: Literal["polars"] = "polars"
    strict: bool = False
    assets: list[PolarsTableAsset | PolarsParquetAsset | PolarsDeltaAsset] = pydantic.Field(default_factory=list)

    @property
    def execution_engine_type(self) -> EngineType:
        return PolarsExecutionEngine

    def test_connection(self, test_assets: bool = True) -> None:
        """There is nothing to connect to."""

    def add_table_asset(self, name: str) -> PolarsTableAsset:
        return self._add_asset(PolarsTableAsset(name=name))

    def add_dataframe_asset(self, name: str) -> PolarsTableAsset:
        """The same, under the name it has in the pandas data source."""
        return self.add_table_asset(name)

    def add_parquet_asset(self, name: str, path: str | PathLike[str]) -> PolarsParquetAsset:
        return self._add_asset(PolarsParquetAsset(name=name, path=fspath(path)))

    def add_delta_asset(self, name: str, path: str | PathLike[str], version: int | None = None) -> PolarsDeltaAsset:
        return self._add_asset(PolarsDeltaAsset(name=name, path=fspath(path), version=version))


def _table(given: Any) -> Table:
    if isinstance(given, Table):
        return given
    if isinstance(given, pl.LazyFrame | pl.DataFrame):
        return Table(given.lazy())
    raise TypeError(f"the batch parameter '{FRAME}' has to be a polars frame, not {type(given).__name__}")
