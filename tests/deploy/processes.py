"""The services of docker-compose.yml as processes of this machine: same commands, same environment, free ports."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.deploy.compose import PROJECT

IN_IMAGE = "/opt/ecrec"
PROGRAMS = Path(sys.executable).parent


def local(service: Mapping[str, Any], places: Mapping[str, str]) -> dict[str, Any]:
    """A service with the addresses and folders of the containers replaced by those of this machine."""

    def here(text: str) -> str:
        for there, this in places.items():
            text = text.replace(there, this)
        return text

    environment = {name: here(str(value)) for name, value in service["environment"].items()}
    return {
        "command": [here(word) for word in service["command"]],
        "healthcheck": [here(word) for word in service["healthcheck"]["test"][1:]],
        "environment": {
            **{name: os.environ[name] for name in ("HOME", "LANG", "PYTHONPATH") if name in os.environ},
            "PATH": f"{PROGRAMS}:/usr/bin:/bin",
            **environment,
        },
    }


@contextmanager
def running(name: str, service: Mapping[str, Any], logs: Path, *, seconds: float = 120) -> Iterator[None]:
    """The process until the end of the block; begins when the service's own health check succeeds."""
    log = logs / f"{name}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            service["command"], env=service["environment"], cwd=logs, stdout=out, stderr=out, start_new_session=True
        )
    try:
        deadline = time.monotonic() + seconds
        while not _healthy(service):
            text = log.read_text(errors="replace")
            assert process.poll() is None, f"{name} ended with {process.returncode}:\n{text}"
            assert time.monotonic() < deadline, f"{name} is not healthy after {seconds} s:\n{text}"
            time.sleep(1)
        yield
    finally:
        _stop(process)


def _healthy(service: Mapping[str, Any]) -> bool:
    return (
        subprocess.run(
            service["healthcheck"],
            env=service["environment"],
            cwd=PROJECT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
        ).returncode
        == 0
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    for sign, patience in ((signal.SIGTERM, 20), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, sign)
            process.wait(patience)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
