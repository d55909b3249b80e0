"""The services of docker-compose.yml, started for real on a Postgres server of Debian."""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

import numpy as np
import polars as pl
import pytest
from safetensors.numpy import save_file

from ecrec_assets.lake.store import Lake
from ecrec_assets.track.checksums import TamperedError, sums
from ecrec_assets.track.models import log_model
from ecrec_assets.track.promotion import Decision
from ecrec_assets.track.registry import champion, record, register
from ecrec_assets.track.runs import training_run
from ecrec_assets.track.tracking import Tracking
from tests.deploy.compose import PROJECT, load
from tests.deploy.postgres import Server, binaries, free_port, postgres
from tests.deploy.processes import IN_IMAGE, local, running

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.timeout(600),
    pytest.mark.skipif(binaries() is None, reason="no Postgres server; apt-get install postgresql"),
]

PASSWORD = "p@ss:w/rd?#% '$"  # every sign that an address or a shell would read otherwise
ASSET = ["raw", "campaign_descriptions"]
LAUNCH = """
mutation ($run: ExecutionParams!) {
  launchRun(executionParams: $run) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on Error { message }
    ... on RunConfigValidationInvalid { errors { message } }
  }
}"""


class System(NamedTuple):
    """All services, healthy."""

    server: Server
    home: Path
    dagster_home: Path
    dagster: str
    mlflow: str


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    home, logs = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("logs")
    dagster = tmp_path_factory.mktemp("dagster")
    shutil.copy(PROJECT / "deploy" / "dagster.yaml", dagster)  # both as the image does
    (home / "dagster").mkdir()
    services = load({"ECREC_POSTGRES_PASSWORD": PASSWORD})["services"]
    with ExitStack() as stack:
        server = stack.enter_context(postgres(PASSWORD))
        code, web, mlflow, reports = (str(free_port()) for _ in range(4))
        places = {
            "/var/lib/ecrec": str(home),
            "/home/ecrec/dagster": str(dagster),
            IN_IMAGE: str(PROJECT),
            "0.0.0.0": "127.0.0.1",
            "postgres:5432": f"127.0.0.1:{server.port}",
            "mlflow:5000": f"127.0.0.1:{mlflow}",
            "127.0.0.1:5000": f"127.0.0.1:{mlflow}",
            "127.0.0.1:3000": f"127.0.0.1:{web}",
            "127.0.0.1:8090": f"127.0.0.1:{reports}",
            "--port=5000": f"--port={mlflow}",
            "--port=3000": f"--port={web}",
            "--port=4000": f"--port={code}",
        }
        ports = {
            "ECREC_POSTGRES_HOST": "127.0.0.1",
            "ECREC_POSTGRES_PORT": str(server.port),
            "ECREC_CODE_HOST": "127.0.0.1",
            "ECREC_CODE_PORT": code,
            "ECREC_REPORT_PORT": reports,
        }
        for name in ("mlflow", "code", "webserver", "daemon", "reports"):
            service = local(services[name], places)
            service["environment"] |= {key: value for key, value in ports.items() if key in service["environment"]}
            stack.enter_context(running(name, service, logs))
        yield System(server, home, dagster, f"http://127.0.0.1:{web}", f"http://127.0.0.1:{mlflow}")


def graphql(system: System, query: str, **variables: Any) -> dict[str, Any]:
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = Request(f"{system.dagster}/graphql", body, {"Content-Type": "application/json"})
    with urlopen(request, timeout=60) as response:
        answer = json.load(response)
    assert "errors" not in answer, answer
    return answer["data"]


def launch(system: System, asset: list[str]) -> str:
    selector = {
        "repositoryLocationName": "ecrec",
        "repositoryName": "__repository__",
        "pipelineName": "__ASSET_JOB",
        "assetSelection": [{"path": asset}],
    }
    done = graphql(system, LAUNCH, run={"selector": selector, "mode": "default", "runConfigData": {}})["launchRun"]
    assert done["__typename"] == "LaunchRunSuccess", done
    return done["run"]["runId"]


def final_status(system: System, run_id: str, seconds: float = 180) -> str:
    deadline = time.monotonic() + seconds
    while True:
        (status,) = system.server.query("dagster", "SELECT status FROM runs WHERE run_id = %s", run_id)[0]
        if status in ("SUCCESS", "FAILURE", "CANCELED") or time.monotonic() > deadline:
            return status
        time.sleep(0.5)


def test_an_asset_launched_in_the_web_server_is_published_and_its_run_is_in_postgres(system):
    run_id = launch(system, ASSET)
    assert final_status(system, run_id) == "SUCCESS"
    events = "SELECT count(*) FROM event_logs WHERE run_id = %s AND dagster_event_type = %s AND asset_key = %s"
    key = json.dumps(ASSET)
    assert system.server.query("dagster", events, run_id, "ASSET_MATERIALIZATION", key) == [(1,)]
    assert Lake(system.home / "lake").read("/".join(ASSET)).select(pl.len()).collect().item() == 27
    kept = [path for place in (system.dagster_home, system.home / "dagster") for path in place.rglob("*")]
    assert not [path for path in kept if path.suffix == ".db"], "something was kept in SQLite"
    assert not [path for path in kept if "telemetry" in path.name], "telemetry is not off"
    assert [path for path in kept if run_id in path.parts and path.suffix == ".err"], (
        "no log for the web server to show"
    )


def test_the_daemon_is_healthy_and_knows_the_code_location(system):
    data = graphql(
        system,
        "{ instance { daemonHealth { allDaemonStatuses { daemonType required healthy } } }"
        " workspaceOrError { ... on Workspace { locationEntries { name loadStatus } } } }",
    )
    statuses = data["instance"]["daemonHealth"]["allDaemonStatuses"]
    assert {daemon["daemonType"] for daemon in statuses if daemon["required"]} >= {"QUEUED_RUN_COORDINATOR", "SENSOR"}
    assert [daemon for daemon in statuses if daemon["required"] and not daemon["healthy"]] == []
    assert data["workspaceOrError"]["locationEntries"] == [{"name": "ecrec", "loadStatus": "LOADED"}]


def test_runs_models_and_champions_live_in_mlflow_on_postgres(system, tmp_path):
    tracking = Tracking(system.mlflow, tmp_path / "artifacts")
    saved = tmp_path / "saved"
    saved.mkdir()
    save_file({"weights": np.ones(3, dtype=np.float32)}, saved / "model.safetensors")
    columns = {"query": pl.String()}
    with training_run(tracking, "services", "on postgres", parameters={"k": 1}, inputs={"datasets/products": 2}) as run:
        logged = log_model(
            run, "m", saved, inputs=columns, outputs=columns, example=pl.DataFrame({"query": ["milk"]}), card="# m\n"
        )
        run.epoch({"loss": 0.25}, 0)
    record(tracking, "served", register(tracking, "served", logged), Decision(True, "the first"))

    served = champion(tracking, "served")
    assert (served.version, served.metrics, sums(served.folder)) == (1, {"loss": 0.25}, sums(saved))
    found = system.server.query("mlflow", "SELECT status, name FROM runs WHERE run_uuid = %s", run.run_id)
    assert found == [("FINISHED", "on postgres")]
    datasets = "SELECT d.digest FROM inputs i JOIN datasets d ON i.source_id = d.dataset_uuid WHERE destination_id = %s"
    assert system.server.query("mlflow", datasets, run.run_id) == [("datasets/products@2",)]
    assert run.url.startswith(f"{system.mlflow}/#/experiments/")

    _change_one_byte_on_the_server(system, logged.model_id)
    assert champion(tracking, "served") == served, "the checked download still holds"
    shutil.rmtree(served.folder.parent)
    with pytest.raises(TamperedError, match=r"served version 1 .*model/model\.safetensors is changed"):
        champion(tracking, "served")


def _change_one_byte_on_the_server(system: System, model_id: str) -> None:
    (path,) = (system.home / "mlartifacts").rglob(f"{model_id}/**/model.safetensors")
    path.write_bytes(path.read_bytes()[:-1] + b"!")


def test_mlflow_answers_no_page_of_another_name(system):
    with pytest.raises(OSError, match="403"):
        urlopen(Request(system.mlflow, headers={"Host": "evil.example"}), timeout=10)
