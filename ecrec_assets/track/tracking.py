"""Where runs and models are kept, and the one door through which MLflow is imported.

MLflow is imported inside functions: it costs more than a second, and most processes never ask for it.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ecrec_assets.lake.locks import exclusive

ENVIRONMENT = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",  # with MLflow's own 7 a call to a dead server blocks for minutes
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_LOGGING_LEVEL": "WARNING",  # creating the store logs every migration at INFO
}


class TrackingError(ValueError):
    """Something that must not be recorded, or that was recorded and does not hold; the message gives the way out."""


@dataclass(frozen=True, slots=True)
class Tracking:
    """An MLflow store.

    `uri`: a database (sqlite:///…, postgresql://…) or a server (http…). `artifacts`: the local folder of the files;
    a server keeps its own, and only downloaded models lie there. `ui`: address of the pages, for links.
    """

    uri: str
    artifacts: Path
    ui: str = ""

    @classmethod
    def under(cls, home: Path, *, ui: str = "") -> Tracking:
        """The default: SQLite in `home`/mlflow.db, files in `home`/mlartifacts."""
        return cls(f"sqlite:///{home / 'mlflow.db'}", home / "mlartifacts", ui)

    @property
    def is_server(self) -> bool:
        return self.uri.startswith(("http://", "https://"))

    def link(self, path: str) -> str:
        """The address of a page of MLflow's web interface; empty when nobody said where that runs."""
        base = self.ui or (self.uri if self.is_server else "")
        return f"{base.rstrip('/')}/#/{path}" if base else ""


@cache
def connect(tracking: Tracking) -> Any:
    """The `MlflowClient` of a store. The first call on an empty SQLite file creates its tables, about 2 s."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    tracking.artifacts.mkdir(parents=True, exist_ok=True)
    with _alone(tracking):
        from mlflow import MlflowClient

        return MlflowClient(tracking_uri=tracking.uri, registry_uri=tracking.uri)


def experiment_id(tracking: Tracking, name: str) -> str:
    """The experiment of that name, made when there is none; also when another process makes it at this moment."""
    client = connect(tracking)
    from mlflow.exceptions import MlflowException

    if found := client.get_experiment_by_name(name):
        return str(found.experiment_id)
    try:
        return str(client.create_experiment(name, artifact_location=_artifact_location(tracking)))
    except MlflowException:
        if found := client.get_experiment_by_name(name):
            return str(found.experiment_id)
        raise


def _artifact_location(tracking: Tracking) -> str | None:
    """None leaves it to the server."""
    return None if tracking.is_server else tracking.artifacts.resolve().as_uri()


def _alone(tracking: Tracking) -> AbstractContextManager[None]:
    """MLflow makes the tables when a client is made, and two processes doing so at once break each other."""
    if not tracking.uri.startswith("sqlite:///"):
        return nullcontext()
    database = Path(tracking.uri.removeprefix("sqlite:///"))
    return exclusive(database.with_name(f"{database.name}.lock"))
