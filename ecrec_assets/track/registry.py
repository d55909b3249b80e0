"""Versions of a model by name, and which of them is the champion."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.parse import unquote, urlparse

from ecrec_assets.track.checksums import TamperedError, verify
from ecrec_assets.track.models import CHECKSUMS, DATA, LoggedModel
from ecrec_assets.track.promotion import Decision
from ecrec_assets.track.tracking import Tracking, TrackingError, connect

CHAMPION = "champion"
MODEL_ID = "model_id"  # a tag, because MLflow's own database store forgets the model of a version


class ChampionModel(NamedTuple):
    """The version that serves. `folder` holds what the model's own `save` wrote; every file was checked just now."""

    name: str
    version: int
    folder: Path
    run_id: str
    model_id: str
    metrics: dict[str, float]
    reason: str


def register(tracking: Tracking, name: str, model: LoggedModel) -> int:
    """The number of the new version. It serves nobody until `record` gives it the alias."""
    client = connect(tracking)
    _require_name(client, name)
    source = client.get_logged_model(model.model_id).artifact_location
    made = client.create_model_version(
        name, source, run_id=model.run_id, model_id=model.model_id, tags={MODEL_ID: model.model_id}
    )
    link = json.dumps([{"name": name, "version": int(made.version)}])
    client.set_logged_model_tags(model.model_id, {"mlflow.modelVersions": link})  # MLflow's pages follow it
    return int(made.version)


def record(tracking: Tracking, name: str, version: int, decision: Decision) -> None:
    """Tags the version with the decision and its reason, and moves the alias `champion` to it when promoted."""
    client = connect(tracking)
    client.set_model_version_tag(name, str(version), "promoted", str(decision.promote).lower())
    client.set_model_version_tag(name, str(version), "reason", decision.reason)
    if decision.promote:
        client.set_registered_model_alias(name, CHAMPION, str(version))


def champion(tracking: Tracking, name: str) -> ChampionModel | None:
    """The champion, after every file of it was checked against the SHA-256 recorded when it was logged.

    None when the name or the alias does not exist. Raises TamperedError when a file is changed, missing or extra. From
    a server the files are downloaded once into `tracking.artifacts`.
    """
    client = connect(tracking)
    found = _by_alias(client, name)
    if found is None:
        return None
    what = f"{name} version {found.version}"
    if MODEL_ID not in found.tags:
        raise TrackingError(f"{what} was not registered by ecrec, so nothing vouches for its files. Move the alias.")
    model = client.get_logged_model(found.tags[MODEL_ID])
    root = _verified(tracking, model, what=what)
    metrics = client.get_run(found.run_id).data.metrics
    return ChampionModel(
        name=name,
        version=int(found.version),
        folder=root / DATA,
        run_id=found.run_id,
        model_id=model.model_id,
        metrics={key: value for key, value in metrics.items() if not key.startswith("system/")},
        reason=found.tags.get("reason", ""),
    )


def _require_name(client: Any, name: str) -> None:
    """Makes the registered model; another process may do so at this moment."""
    from mlflow.exceptions import MlflowException

    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise


def _by_alias(client: Any, name: str) -> Any:
    from mlflow.exceptions import MlflowException

    try:
        return client.get_model_version_by_alias(name, CHAMPION)
    except MlflowException as error:
        if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            return None
        raise


def _verified(tracking: Tracking, model: Any, *, what: str) -> Path:
    """The folder of the model's files, checked. A download that does not hold is fetched once more."""
    recorded = json.loads(model.tags.get(CHECKSUMS, "{}"))
    place = urlparse(model.artifact_location)
    if place.scheme in ("", "file"):
        root = Path(unquote(place.path))
        if not root.is_dir():
            raise TrackingError(f"{what}: its folder {root} is gone. Restore it, or train again.")
        verify(root, recorded, what=what)
        return root
    root = tracking.artifacts / "downloads" / model.model_id
    try:
        verify(root, recorded, what=what)
    except TamperedError:
        _download(tracking, model.artifact_location, root)
        verify(root, recorded, what=what)
    return root


def _download(tracking: Tracking, location: str, root: Path) -> None:
    """Fetched beside its place and renamed into it: a reader never sees half a model."""
    from mlflow.artifacts import download_artifacts

    root.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=root.parent) as scratch:
        fetched = download_artifacts(artifact_uri=location, dst_path=scratch, tracking_uri=tracking.uri)
        shutil.rmtree(root, ignore_errors=True)
        Path(fetched).rename(root)
