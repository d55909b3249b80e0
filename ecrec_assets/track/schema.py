"""A Polars schema in MLflow's words. Written out, because MLflow infers `Any` from a Polars frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ecrec_assets.track.tracking import TrackingError

if TYPE_CHECKING:
    import polars as pl

TYPES = {
    "Int8": "integer",
    "Int16": "integer",
    "Int32": "integer",
    "Int64": "long",
    "UInt8": "integer",
    "UInt16": "integer",
    "UInt32": "long",
    "Float32": "float",
    "Float64": "double",
    "String": "string",
    "Boolean": "boolean",
    "Date": "datetime",
    "Datetime": "datetime",
}


def mlflow_schema(schema: Mapping[str, pl.DataType]) -> Any:
    """The same columns as `mlflow.types.Schema`, none of them required. Raises TrackingError for a type it lacks."""
    from mlflow.types.schema import ColSpec, Schema

    return Schema([ColSpec(_type(name, dtype), name, required=False) for name, dtype in schema.items()])


def signature(inputs: Mapping[str, pl.DataType], outputs: Mapping[str, pl.DataType]) -> Any:
    """The `ModelSignature` of a model that takes a frame `inputs` and answers with a frame `outputs`."""
    from mlflow.models.signature import ModelSignature

    return ModelSignature(inputs=mlflow_schema(inputs), outputs=mlflow_schema(outputs))


def _type(column: str, dtype: pl.DataType) -> Any:
    from mlflow.types.schema import Array, DataType

    inner = getattr(dtype, "inner", None)
    if inner is not None:
        return Array(_type(column, inner))
    name = dtype.base_type().__name__
    if name not in TYPES:
        raise TrackingError(f"column '{column}' has type {dtype}, for which MLflow has no word; cast it first")
    return DataType[TYPES[name]]
