import subprocess
import sys
import time
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


def test_the_first_use_is_silent_makes_its_folders_and_leaves_nothing_elsewhere(tmp_path):
    working = tmp_path / "working"
    working.mkdir()
    code = f"""
from pathlib import Path
from ecrec_assets.track.tracking import Tracking, connect
connect(Tracking.under(Path({str(tmp_path)!r}) / "new" / "home")).search_experiments()
from mlflow.telemetry import get_telemetry_client
assert get_telemetry_client() is None
"""
    done = python(code, working)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "new" / "home" / "mlflow.db").is_file()
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


def test_two_processes_that_start_on_an_empty_home_at_once_both_succeed(tmp_path):
    code = f"""
from pathlib import Path
from ecrec_assets.track.tracking import Tracking, experiment_id
print(experiment_id(Tracking.under(Path({str(tmp_path)!r})), "same"))
"""
    command = [sys.executable, "-c", code]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    answers = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], answers
    assert answers[0][0] == answers[1][0] != ""


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
