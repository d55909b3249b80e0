"""Published table versions as inputs of a run: from a model one can walk back to the rows it has seen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ecrec_assets.track.schema import mlflow_schema

if TYPE_CHECKING:
    import polars as pl

LONGEST_DIGEST = 36  # a column of MLflow's database

Schemas = Mapping[str, Mapping[str, "pl.DataType"]]


def digest(table: str, version: int) -> str:
    """`table@version`; of a long name the end, which MLflow keeps beside the whole name."""
    return f"{table}@{version}"[-LONGEST_DIGEST:]


def dataset_inputs(versions: Mapping[str, int], schemas: Schemas) -> list[Any]:
    """One `mlflow.entities.DatasetInput` a table, in order of name; a table without a schema is recorded without."""
    from mlflow.entities import DatasetInput, InputTag

    context = [InputTag("mlflow.data.context", "training")]
    return [
        DatasetInput(_dataset(table, version, schemas.get(table)), context)
        for table, version in sorted(versions.items())
    ]


def _dataset(table: str, version: int, schema: Mapping[str, pl.DataType] | None) -> Any:
    from mlflow.entities import Dataset

    return Dataset(
        name=table,
        digest=digest(table, version),
        source_type="delta_table",
        source=json.dumps({"delta_table_name": table, "delta_table_version": version}),
        schema=json.dumps({"mlflow_colspec": mlflow_schema(schema).to_dict()}) if schema else None,
    )
