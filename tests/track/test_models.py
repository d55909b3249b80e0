import json
import pickletools
from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.track.checksums import sums
from ecrec_assets.track.models import CHECKSUMS
from ecrec_assets.track.runs import training_run
from ecrec_assets.track.tracking import TrackingError


def stored(client, model) -> Path:
    return Path(client.get_logged_model(model.model_id).artifact_location.removeprefix("file://"))


def is_pickle(path: Path) -> bool:
    """True when the bytes are a whole pickle, whatever the name."""
    try:
        return any(op.name == "STOP" for op, _, _ in pickletools.genops(path.read_bytes()))
    except (ValueError, UnicodeDecodeError, OverflowError, IndexError):
        return False


def test_a_model_has_signature_example_card_and_its_run(client, run, logged):
    from mlflow.models import Model

    model = logged(run)
    folder = stored(client, model)
    described = Model.load(str(folder))
    assert described.signature.inputs.input_names() == ["query"]
    assert str(described.signature.outputs.inputs[0].type) == "Array(string)"
    example = described.load_input_example(str(folder))
    assert example.to_dict("list") == {"query": ["2% milk", "shredded cheese under $3"]}
    assert (folder / "README.md").read_text().startswith("# Query tagger")
    assert client.get_logged_model(model.model_id).status == "READY"
    assert client.get_run(run.run_id).outputs.model_outputs[0].model_id == model.model_id


def test_the_checksum_of_every_file_is_in_the_database(client, run, logged, saved):
    model = logged(run)
    recorded = json.loads(client.get_logged_model(model.model_id).tags[CHECKSUMS])
    assert recorded == model.checksums == sums(stored(client, model))
    assert {"MLmodel", "README.md", "input_example.json", "model/config.json", "model/model.safetensors"} == set(
        recorded
    )
    assert recorded["model/config.json"] == sums(saved)["config.json"]


def test_no_pickle_is_on_disk_under_any_name(tracking, client, run, logged, figures):
    logged(run)
    run.metrics(figures)
    files = [path for path in tracking.artifacts.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} <= {".json", ".safetensors", ".md", ".csv", ".png", ""}
    assert {path.name for path in files if path.suffix == ""} == {"MLmodel"}
    assert not [path for path in files if is_pickle(path)]


@pytest.mark.parametrize(
    "name",
    ["model.pkl", "pytorch_model.bin", "weights.pt", "model.pickle", "x.joblib", "run.py", "notes.txt", "noname"],
)
def test_a_file_of_another_kind_is_refused_by_name_and_nothing_is_stored(client, run, logged, saved, name):
    (saved / "deep").mkdir()
    (saved / "deep" / name).write_bytes(b"x")
    with pytest.raises(TrackingError, match=rf"holds deep/{name}; a model is stored as \.safetensors and \.json"):
        logged(run)
    assert client.get_run(run.run_id).outputs.model_outputs == []


def test_a_link_is_refused_even_with_an_allowed_name(run, logged, saved):
    (saved / "outside.json").symlink_to("/etc/hostname")
    with pytest.raises(TrackingError, match=r"outside\.json"):
        logged(run)


def test_an_empty_or_missing_folder_is_no_model(run, logged, tmp_path):
    with pytest.raises(TrackingError, match="holds no model"):
        logged(run, folder=tmp_path / "nothing")


def test_a_model_that_could_not_be_stored_is_marked_failed(tracking, client, logged):
    with training_run(tracking, "broken models", "x", parameters={}, inputs={}) as run:
        with pytest.raises(TrackingError, match="money"):
            logged(run, inputs={"money": pl.Decimal(10, 2)})
        experiment = client.get_run(run.run_id).info.experiment_id
    assert [model.status for model in client.search_logged_models([experiment])] == ["FAILED"]


def test_with_a_loader_mlflow_itself_can_load_and_ask_the_model(client, run, logged):
    import mlflow
    import pandas as pd

    model = logged(run, outputs={"width": pl.Int64()}, loader="tests.track.width_loader")
    loaded = mlflow.pyfunc.load_model(str(stored(client, model)))
    assert loaded.predict(pd.DataFrame({"query": ["milk", "bread"]})).to_dict("list") == {"width": [3, 3]}
