"""One training run in MLflow.

with training_run(tracking, "recommender", "ease", parameters=…, inputs={"datasets/transactions": 7}) as run:
    run.epoch({"loss": 0.3}, step=0)
    with run.child("fold 1", {"seed": 1}) as fold:      # nested under `run` in MLflow's pages
        fold.epoch({"loss": 0.4}, step=0)
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecrec_assets.track.figures import finite, named_figures
from ecrec_assets.track.inputs import Schemas, dataset_inputs
from ecrec_assets.track.parameters import FILE, as_json, flat
from ecrec_assets.track.run_state import reopened, until_its_end
from ecrec_assets.track.system_metrics import system_metrics
from ecrec_assets.track.tracking import Tracking, connect, experiment_id

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

METRICS_A_BATCH = 1_000  # MLflow's limits
PARAMETERS_A_BATCH = 100
PARENT = "mlflow.parentRunId"  # tags that MLflow's pages know
DESCRIPTION = "mlflow.note.content"


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """A handle on a run. It also works after the run has ended, for figures that are known only later."""

    tracking: Tracking
    run_id: str

    @property
    def url(self) -> str:
        """The run's page; empty when nobody said where MLflow's pages are."""
        experiment = connect(self.tracking).get_run(self.run_id).info.experiment_id
        return self.tracking.link(f"experiments/{experiment}/runs/{self.run_id}")

    def epoch(self, metrics: Mapping[str, float], step: int) -> None:
        """One point of each curve. Raises TrackingError for a value that is not finite."""
        self._log(finite(metrics), step=step, model_id=None)

    def metrics(self, frame: pl.DataFrame) -> None:
        """Final figures: a long table with split, slice, segment, metric and value.

        They become metrics of the run and of the model that it logged, and the table an artifact. Raises TrackingError,
        before anything is written, for a value that is not finite.
        """
        figures = named_figures(frame)
        self._log(figures, step=0, model_id=self._model_id())
        self.table("metrics", frame)

    def figure(self, name: str, figure: Figure) -> None:
        """A matplotlib figure as figures/`name`.png."""
        connect(self.tracking).log_figure(self.run_id, figure, f"figures/{name}.png")

    def table(self, name: str, frame: pl.DataFrame) -> None:
        """A frame as tables/`name`.csv, or .json when a column holds lists or structs."""
        nested = any(dtype.is_nested() for dtype in frame.schema.values())
        text, suffix = (frame.write_json(), "json") if nested else (frame.write_csv(), "csv")
        self.text(f"tables/{name}.{suffix}", text)

    def text(self, file: str, text: str) -> None:
        """Any text as the artifact `file`."""
        connect(self.tracking).log_text(self.run_id, text, file)

    def tags(self, **texts: str) -> None:
        """Searchable texts; one that is there already is replaced."""
        for name, text in texts.items():
            connect(self.tracking).set_tag(self.run_id, name, text)

    def describe(self, markdown: str) -> None:
        """The text at the top of the run's page."""
        connect(self.tracking).set_tag(self.run_id, DESCRIPTION, markdown)

    @contextmanager
    def child(
        self, name: str, parameters: Mapping[str, object] | None = None, *, resume: str | None = None
    ) -> Iterator[TrainingRun]:
        """A stage of this run (a seed, a fold, a teacher, a trial of a search) as a run nested under it.

        It ends as `training_run` does. `resume` is the id of a child that was stopped; it goes on if it still exists.
        """
        goes_on = reopened(self.tracking, resume)
        child = TrainingRun(self.tracking, resume if goes_on and resume else self._new_child(name))
        with until_its_end(self.tracking, child.run_id):
            if not goes_on:
                _describe(child, parameters or {}, [])
            yield child

    def _new_child(self, name: str) -> str:
        client = connect(self.tracking)
        experiment = client.get_run(self.run_id).info.experiment_id
        return str(client.create_run(experiment, run_name=name, tags={PARENT: self.run_id}).info.run_id)

    def _model_id(self) -> str | None:
        """The model that this run has logged; None when there is none or more than one."""
        outputs = connect(self.tracking).get_run(self.run_id).outputs
        models = outputs.model_outputs if outputs else []
        return models[0].model_id if len(models) == 1 else None

    def _log(self, figures: Mapping[str, float], *, step: int, model_id: str | None) -> None:
        client = connect(self.tracking)
        from mlflow.entities import Metric

        now = _now()
        points = [Metric(name, value, now, step, model_id=model_id) for name, value in figures.items()]
        for part in _batches(points, METRICS_A_BATCH):
            client.log_batch(self.run_id, metrics=part)


@contextmanager
def training_run(
    tracking: Tracking,
    experiment: str,
    name: str,
    *,
    parameters: Mapping[str, object],
    inputs: Mapping[str, int],
    schemas: Schemas | None = None,
    tags: Mapping[str, str] | None = None,
    resume: str | None = None,
) -> Iterator[TrainingRun]:
    """A run from its start to its end: FINISHED, KILLED on Ctrl-C or `Stopped`, or FAILED with the error as a tag.

    Args:
        tracking: the store.
        experiment: made when it is not there.
        name: shown in the list of runs.
        parameters: may be nested; all of it is also kept whole in parameters.json.
        inputs: table key -> published version the run learns from.
        schemas: table key -> Polars schema, shown with the inputs.
        tags: searchable texts.
        resume: id of a run that was stopped; where it still exists it goes on, with the parameters it has.
    """
    goes_on = reopened(tracking, resume)
    run = TrainingRun(tracking, resume if goes_on and resume else _new(tracking, experiment, name, tags or {}))
    with until_its_end(tracking, run.run_id), system_metrics(tracking, run.run_id):
        if not goes_on:
            _describe(run, parameters, dataset_inputs(inputs, schemas or {}))
        yield run


def _new(tracking: Tracking, experiment: str, name: str, tags: Mapping[str, str]) -> str:
    client = connect(tracking)
    return str(client.create_run(experiment_id(tracking, experiment), run_name=name, tags=dict(tags)).info.run_id)


def _describe(run: TrainingRun, parameters: Mapping[str, object], inputs: Sequence[Any]) -> None:
    client = connect(run.tracking)
    from mlflow.entities import Param

    for part in _batches([Param(*pair) for pair in flat(parameters)], PARAMETERS_A_BATCH):
        client.log_batch(run.run_id, params=part)
    run.text(FILE, as_json(parameters))
    client.log_inputs(run.run_id, datasets=list(inputs))


def _batches(items: Sequence[Any], size: int) -> Iterator[list[Any]]:
    yield from (list(items[start : start + size]) for start in range(0, len(items), size))


def _now() -> int:
    """Milliseconds, as MLflow counts."""
    return time.time_ns() // 1_000_000
