import polars as pl
import pytest

from ecrec_assets.contracts.model import DTYPES
from ecrec_assets.track.schema import mlflow_schema
from ecrec_assets.track.tracking import TrackingError


def test_every_type_a_contract_may_name_has_a_word_in_mlflow():
    schema = mlflow_schema(DTYPES)
    assert schema.input_names() == list(DTYPES)
    assert "Any" not in str(schema)


def test_types_keep_their_meaning():
    columns = {
        "id": pl.Int64(),
        "price": pl.Float64(),
        "name": pl.String(),
        "day": pl.Date(),
        "z": pl.List(pl.Float32()),
    }
    found = [str(column.type) for column in mlflow_schema(columns).inputs]
    assert found == ["DataType.long", "DataType.double", "DataType.string", "DataType.datetime", "Array(float)"]


def test_a_type_without_a_word_is_refused_by_column():
    with pytest.raises(TrackingError, match="column 'money' has type Decimal"):
        mlflow_schema({"money": pl.Decimal(10, 2)})
