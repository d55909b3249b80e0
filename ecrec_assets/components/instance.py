"""The embedded Dagster instance: its folder, and settings that make it safe to leave running."""

import os
from pathlib import Path

SETTINGS = """\
# Written by ecrec on every start; put your own instance behind DAGSTER_HOME to use another.
telemetry:
  enabled: false
nux:
  enabled: false
run_monitoring:
  enabled: true
  poll_interval_seconds: 5
  start_timeout_seconds: 180
run_retries:
  enabled: true
  max_retries: 2
concurrency:
  runs:
    max_concurrent_runs: 1
  pools:
    default_limit: 1
run_coordinator:
  module: dagster._core.run_coordinator
  class: QueuedRunCoordinator
code_servers:
  local_startup_timeout: 180
retention:
  schedule: {purge_after_days: {skipped: 7, started: 90}}
  sensor: {purge_after_days: {skipped: 7, started: 90}}
"""


def prepare_instance(root: Path) -> Path:
    """Makes `root`/dagster the Dagster home of this process, unless DAGSTER_HOME already names one.

    Returns the folder. Also switches the telemetry of Great Expectations and MLflow off.
    """
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("DO_NOT_TRACK", "true")
    if "DAGSTER_HOME" in os.environ:
        return Path(os.environ["DAGSTER_HOME"])
    home = root / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    _write(home / "dagster.yaml", SETTINGS)
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def _write(path: Path, text: str) -> None:
    """Write, then rename: a reader never sees half a file."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
