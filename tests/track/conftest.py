"""One MLflow store for all tests of the room: creating it takes seconds, so tests keep apart by name."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from safetensors.numpy import save_file

from ecrec_assets.track.models import LoggedModel, log_model
from ecrec_assets.track.runs import TrainingRun, training_run
from ecrec_assets.track.tracking import Tracking, connect


@pytest.fixture(scope="session")
def tracking(tmp_path_factory: pytest.TempPathFactory) -> Tracking:
    return Tracking.under(tmp_path_factory.mktemp("tracked"), ui="http://127.0.0.1:5000")


@pytest.fixture(scope="session")
def client(tracking: Tracking):
    return connect(tracking)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A model folder as our models save it."""
    folder = tmp_path / "saved"
    folder.mkdir()
    save_file({"weights": np.arange(6, dtype=np.float32).reshape(2, 3)}, folder / "model.safetensors")
    (folder / "config.json").write_text('{"width": 3}')
    return folder


@pytest.fixture
def run(tracking: Tracking):
    with training_run(tracking, "tests", "a run", parameters={}, inputs={}) as started:
        yield started


@pytest.fixture
def logged(saved: Path) -> Callable[..., LoggedModel]:
    """Logs `saved` as the model of a run."""
    names = count()

    def log(run: TrainingRun, **changes: object) -> LoggedModel:
        return log_model(
            run,
            f"model-{next(names)}",
            **{
                "folder": saved,
                "inputs": {"query": pl.String()},
                "outputs": {"tags": pl.List(pl.String())},
                "example": pl.DataFrame({"query": ["2% milk", "shredded cheese under $3"]}),
                "card": "# Query tagger\n\nTags shopping queries.\n",
                **changes,
            },
        )

    return log


@pytest.fixture
def figures() -> pl.DataFrame:
    return evaluation([("test", "all", "all", "span_f1", 0.9), ("test", "type", "Item", "span_f1", 0.8)])


def evaluation(rows: list[tuple]) -> pl.DataFrame:
    """A long table of metrics."""
    schema = {"split": pl.String, "slice": pl.String, "segment": pl.String, "metric": pl.String, "value": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")
