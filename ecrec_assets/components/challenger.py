"""The newest trained version of a model and the last decision about it, kept beside the lake.

MLflow holds the runs, files and aliases; these small files say which of them this shop's graph is at.
"""

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ecrec_assets.settings import get_settings
from ecrec_assets.track.tracking import Tracking
from ecrec_assets.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Challenger:
    """A trained model. `folder` is what the model's own loader reads; `fingerprint` is what it was made from."""

    name: str
    run_id: str
    run_url: str
    folder: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the model contract and the comparison with the champion said of one challenger."""

    fingerprint: str
    challenger: str
    version: int
    promoted: bool
    reason: str
    verdict: str

    @property
    def audited(self) -> Verdict:
        return Verdict.from_json(self.verdict)


def tracking() -> Tracking:
    """The MLflow store of the settings."""
    settings = get_settings()
    ui = f"http://{settings.host}:{settings.mlflow_port}"
    return Tracking(settings.tracking_uri, settings.root / "mlartifacts", ui)


def challenger(name: str) -> Challenger | None:
    """None before the first training."""
    found = _read(name, "challenger")
    return Challenger(**found) if found else None


def require_challenger(name: str) -> Challenger:
    """FileNotFoundError tells which asset makes it."""
    found = challenger(name)
    if found is None:
        raise FileNotFoundError(f"{name} was never trained here; run the asset challengers/{name} first")
    return found


def ruling(name: str) -> Ruling | None:
    found = _read(name, "ruling")
    return Ruling(**found) if found else None


def save(name: str, state: Challenger | Ruling) -> None:
    """Write, then rename: a reader sees the old state or the new one."""
    path = _path(name, type(state).__name__.lower())
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    draft.write_text(json.dumps(asdict(state)), encoding="utf-8")
    draft.replace(path)


def work_folder(name: str, fingerprint: str) -> Path:
    """Where a training writes and, after a kill, goes on."""
    return get_settings().models / name / "trained" / fingerprint


def forget_old(name: str, keep: str) -> None:
    """Removes the folders of earlier trainings; MLflow has a copy of every one that was registered."""
    for folder in (get_settings().models / name / "trained").iterdir():
        if folder.name != keep:
            shutil.rmtree(folder)


def _read(name: str, kind: str) -> dict[str, Any] | None:
    path = _path(name, kind)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def _path(name: str, kind: str) -> Path:
    return get_settings().models / name / f"{kind}.json"
