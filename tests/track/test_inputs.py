import json

import polars as pl

from ecrec_assets.track.inputs import LONGEST_DIGEST, dataset_inputs, digest


def test_mlflow_resolves_an_input_to_the_version_of_the_table():
    from mlflow.data import get_source

    (found,) = dataset_inputs({"datasets/products": 3}, {})
    source = get_source(found)
    assert json.loads(found.dataset.source) == {"delta_table_name": "datasets/products", "delta_table_version": 3}
    assert source.delta_table_version == 3


def test_a_long_table_name_keeps_its_version_in_the_digest():
    assert digest("datasets/products", 3) == "datasets/products@3"
    long = digest("recommendations/" + "a" * 40, 12_345)
    assert len(long) == LONGEST_DIGEST
    assert long.endswith("a@12345")


def test_an_input_is_marked_as_training_data_and_inputs_come_in_order():
    found = dataset_inputs({"b/b": 1, "a/a": 2}, {"a/a": {"x": pl.Int64()}})
    assert [item.dataset.name for item in found] == ["a/a", "b/b"]
    assert [(tag.key, tag.value) for tag in found[0].tags] == [("mlflow.data.context", "training")]
    assert found[1].dataset.schema is None
