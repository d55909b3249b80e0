"""The processes behind `ecrec up`: which they are, and how they start and stop together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ecrec_assets.settings import PROJECT, Settings

START_SECONDS = 90
STOP_SECONDS = 20


class PortTaken(OSError):
    """Somebody listens on the port already."""


@dataclass(frozen=True, slots=True)
class Service:
    """One process. `url` is where it answers; None for one that serves nobody."""

    name: str
    command: tuple[str, ...]
    port: int | None = None
    url: str | None = None

    @property
    def setting(self) -> str:
        """The variable that moves it to another port."""
        return f"ECREC_{'REPORT' if self.name == 'reports' else self.name.upper()}_PORT"


@dataclass(frozen=True, slots=True)
class Running:
    """The started processes, in the order they were started."""

    services: tuple[Service, ...]
    processes: tuple[subprocess.Popen[bytes], ...]

    def wait(self) -> str | None:
        """Until Ctrl-C or SIGTERM (None), or until one of them ends (its name)."""
        try:
            while True:
                for service, process in zip(self.services, self.processes, strict=True):
                    if process.poll() is not None:
                        return service.name
                time.sleep(0.5)
        except KeyboardInterrupt:
            return None


def services_of(settings: Settings, dagster_port: int) -> tuple[Service, ...]:
    """Dagster's web server and daemon, MLflow's server, and the reports."""
    python, host = sys.executable, settings.host
    scripts = Path(python).parent
    workspace = ("-w", str(PROJECT / "workspace.yaml"))
    mlflow = (
        *(python, "-m", "mlflow", "server", "--host", host, "--port", str(settings.mlflow_port)),
        *("--backend-store-uri", settings.tracking_uri),
        *("--default-artifact-root", (settings.root / "mlartifacts").as_uri(), "--workers", "1"),
    )
    dagster = (str(scripts / "dagster-webserver"), "-h", host, "-p", str(dagster_port), *workspace)
    reports = (python, "-m", "ecrec_assets.serve.reports")
    return (
        Service("dagster", dagster, dagster_port, f"http://{host}:{dagster_port}"),
        Service("daemon", (str(scripts / "dagster-daemon"), "run", *workspace)),
        Service("mlflow", mlflow, settings.mlflow_port, f"http://{host}:{settings.mlflow_port}"),
        Service("reports", reports, settings.report_port, settings.report_url),
    )


@contextmanager
def together(services: Sequence[Service], settings: Settings, *, log: Path) -> Iterator[Running]:
    """Starts all, waits until each answers, and stops all on the way out, whatever happens.

    Raises PortTaken before anything starts, RuntimeError when one does not come up.
    """
    for service in services:
        if service.port and _listening(settings.host, service.port):
            raise PortTaken(
                f"port {service.port} for {service.name} is taken; choose another: ECREC_{service.name.upper()}_PORT"
            )
    log.mkdir(parents=True, exist_ok=True)
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, _interrupt)
    with ExitStack() as stack:
        processes = tuple(stack.enter_context(_process(service, log)) for service in services)
        for service, process in zip(services, processes, strict=True):
            _wait_for(service, process, log)
        yield Running(tuple(services), processes)


@contextmanager
def _process(service: Service, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "PYTHONWARNINGS": "ignore"}
    with (log / f"{service.name}.log").open("ab") as out:
        process = subprocess.Popen(  # noqa: S603 (the command is ours)
            service.command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, env=environment, start_new_session=True
        )
        try:
            yield process
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Asks the whole process group first, then insists."""
    for sign, patience in ((signal.SIGINT, STOP_SECONDS), (signal.SIGTERM, 5), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, sign)
            process.wait(patience)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def _wait_for(service: Service, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while service.url and not _answers(service.url):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{service.name} did not start; see {log / service.name}.log")
        time.sleep(0.3)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 (our own loopback address)
            return bool(response.status < 500)
    except OSError:
        return False


def _listening(host: str, port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
