import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ecrec_assets.track.tracking import Tracking, experiment_id

ROOM = Path(__file__).parents[2] / "ecrec_assets" / "track"


def python(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_importing_every_module_of_the_room_imports_no_heavy_library(tmp_path):
    modules = [f"ecrec_assets.track.{path.stem}" for path in ROOM.glob("*.py") if path.stem != "__init__"]
    assert len(modules) >= 8
    heavy = {"mlflow", "polars", "pandas", "numpy", "torch", "dagster", "matplotlib", "sqlalchemy"}
    done = python(f"import sys; import {', '.join(modules)}; print(sorted({heavy} & set(sys.modules)))", tmp_path)
    assert done.stdout.strip() == "[]", done.stderr


def test_processes_that_start_on_an_empty_home_at_once_are_silent_and_leave_nothing_elsewhere(tmp_path):
    working = tmp_path / "working"
    working.mkdir()
    home = tmp_path / "new" / "home"
    code = f"""
from pathlib import Path
from ecrec_assets.track.tracking import Tracking, experiment_id
print(experiment_id(Tracking.under(Path({str(home)!r})), "same"))
from mlflow.telemetry import get_telemetry_client
assert get_telemetry_client() is None
"""
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: python(code, working), range(2)))
    assert [(done.returncode, done.stdout, done.stderr) for done in both] == [(0, "1\n", "")] * 2
    assert (home / "mlflow.db").is_file()
    assert list(working.iterdir()) == []


def test_a_server_that_is_down_is_an_error_within_seconds(tmp_path):
    code = f"""
from pathlib import Path
from ecrec_assets.track.tracking import Tracking, connect
connect(Tracking("http://127.0.0.1:9", Path({str(tmp_path)!r}))).search_experiments()
"""
    started = time.monotonic()
    done = python(code, tmp_path)
    assert done.returncode == 1
    assert "127.0.0.1" in done.stderr.splitlines()[-1]
    assert time.monotonic() - started < 45


def test_an_experiment_is_made_once_and_keeps_its_files_in_the_given_folder(tracking, client):
    first = experiment_id(tracking, "ein Versuch 实验")
    assert experiment_id(tracking, "ein Versuch 实验") == first
    assert client.get_experiment(first).artifact_location == tracking.artifacts.as_uri()


@pytest.mark.parametrize(
    ("uri", "ui", "link"),
    [
        ("sqlite:///x.db", "http://127.0.0.1:5000/", "http://127.0.0.1:5000/#/models"),
        ("http://mlflow:5000", "", "http://mlflow:5000/#/models"),
        ("http://mlflow:5000", "https://shop.example/mlflow", "https://shop.example/mlflow/#/models"),
        ("sqlite:///x.db", "", ""),
    ],
)
def test_a_link_leads_to_the_pages_or_is_empty(uri, ui, link):
    assert Tracking(uri, Path("files"), ui).link("models") == link
