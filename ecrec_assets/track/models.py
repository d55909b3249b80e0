"""A trained model's folder as an MLflow LoggedModel: safetensors and JSON, signature, example and card; no pickle.

In the store a model is

    MLmodel               signature, flavours
    README.md             the model card
    input_example.json
    model/                the folder as it was saved, and all that is handed out later
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from ecrec_assets.track.checksums import sums
from ecrec_assets.track.runs import TrainingRun
from ecrec_assets.track.schema import signature
from ecrec_assets.track.tracking import TrackingError, connect

if TYPE_CHECKING:
    import polars as pl

ALLOWED = (".safetensors", ".json")
CHECKSUMS = "ecrec.sha256"  # tag of the LoggedModel
LONGEST_TAG = 8_000
DATA = "model"


class LoggedModel(NamedTuple):
    """A model in the store, not registered yet. `checksums`: path in the store -> SHA-256."""

    model_id: str
    run_id: str
    checksums: dict[str, str]


def log_model(
    run: TrainingRun,
    name: str,
    folder: Path,
    *,
    inputs: Mapping[str, pl.DataType],
    outputs: Mapping[str, pl.DataType],
    example: pl.DataFrame,
    card: str,
    loader: str | None = None,
) -> LoggedModel:
    """Copies `folder` into the store as the model of `run`. Raises TrackingError for a file that is not allowed.

    Args:
        run: the run that trained it.
        name: shown in MLflow.
        folder: what the model's own `save` wrote: .safetensors and .json files only.
        inputs: schema of the frame that the model takes.
        outputs: schema of the frame that it answers with.
        example: a few rows of such an input.
        card: text of README.md: what it is for, what it was trained on, how good it is, where it fails.
        loader: module with `_load_pyfunc(folder)`, so that `mlflow.pyfunc.load_model` works as well.
    """
    refuse_unsafe_files(folder)
    client = connect(run.tracking)
    experiment = client.get_run(run.run_id).info.experiment_id
    model = client.create_logged_model(experiment, name=name, source_run_id=run.run_id, model_type="ecrec")
    try:
        with TemporaryDirectory() as scratch:
            tree = Path(scratch)
            shutil.copytree(folder, tree / DATA)
            (tree / "README.md").write_text(card, encoding="utf-8")
            _write_example(tree, example)
            _describe(model, run, signature(inputs, outputs), loader).save(str(tree / "MLmodel"))
            found = _record(client, model.model_id, tree)
            client.log_model_artifacts(model.model_id, str(tree))
    except BaseException:
        client.finalize_logged_model(model.model_id, "FAILED")
        raise
    _finish(client, run, model.model_id)
    return LoggedModel(model.model_id, run.run_id, found)


def refuse_unsafe_files(folder: Path) -> None:
    """Raises TrackingError that names every file which is neither .safetensors nor .json, and a folder with neither."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_symlink() or not path.is_dir()]
    bad = [path for path in files if path.suffix not in ALLOWED or path.is_symlink()]
    if bad:
        names = ", ".join(path.relative_to(folder).as_posix() for path in bad)
        raise TrackingError(
            f"{folder} holds {names}; a model is stored as {' and '.join(ALLOWED)} files only, because other formats "
            "can run code when they are read. Save the model in these formats."
        )
    if not files:
        raise TrackingError(f"{folder} holds no model: there is no file in it")


def _write_example(tree: Path, example: pl.DataFrame) -> None:
    columns = {"columns": example.columns, "data": [list(row) for row in example.iter_rows()]}
    (tree / "input_example.json").write_text(json.dumps(columns, ensure_ascii=False, default=str), encoding="utf-8")


def _describe(model: Any, run: TrainingRun, signed: Any, loader: str | None) -> Any:
    """The MLmodel file."""
    from mlflow.models import Model

    described = Model(
        artifact_path=model.artifact_location,
        run_id=run.run_id,
        model_uuid=model.model_id,
        model_id=model.model_id,
        signature=signed,
        saved_input_example_info={
            "artifact_path": "input_example.json",
            "type": "dataframe",
            "pandas_orient": "split",
        },
    )
    described.add_flavor("ecrec", data=DATA, formats=list(ALLOWED))
    if loader:
        described.add_flavor("python_function", loader_module=loader, data=DATA)
    return described


def _record(client: Any, model_id: str, tree: Path) -> dict[str, str]:
    found = sums(tree)
    text = json.dumps(found)
    if len(text) > LONGEST_TAG:
        raise TrackingError(f"{len(found)} files are too many for one model: their checksums do not fit MLflow's tag")
    client.set_logged_model_tags(model_id, {CHECKSUMS: text})
    return found


def _finish(client: Any, run: TrainingRun, model_id: str) -> None:
    from mlflow.entities import LoggedModelOutput

    client.log_outputs(run.run_id, models=[LoggedModelOutput(model_id, step=0)])
    client.finalize_logged_model(model_id, "READY")
