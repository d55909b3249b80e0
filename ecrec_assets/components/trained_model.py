"""`@trained_model`: an asset that trains a challenger in an MLflow run.

It decides nothing: the evaluation asset measures the challenger, and the model gate registers it and lets it become
champion or not.
"""

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from ecrec_assets.components.catalogue import asset_key
from ecrec_assets.components.challenger import Challenger, challenger, forget_old, save, tracking, work_folder
from ecrec_assets.components.code_version import code_version
from ecrec_assets.components.gated_asset import UPSTREAM_PASSED, Refresh
from ecrec_assets.components.publish import fingerprint
from ecrec_assets.lake.store import Lake
from ecrec_assets.settings import get_settings


def trained_model(
    name: str,
    *,
    group: str,
    reads: Mapping[str, str],
    parameters: Callable[[], Mapping[str, object]],
    kinds: tuple[str, ...],
    owner: str = "team:machine-learning",
) -> Callable[[Callable[..., Path]], dg.AssetsDefinition]:
    """Makes `function(run, folder, **frames) -> folder of the saved model` the asset `challengers/<name>`.

    Args:
        name: of the model, in MLflow and here.
        group: Dagster group.
        reads: parameter of the function -> table it learns from.
        parameters: of the training; a change of them trains anew.
        kinds: shown as icons.
        owner: shown in the UI.
    """

    def decorate(train: Callable[..., Path]) -> dg.AssetsDefinition:
        version_of_code = code_version(train)

        @dg.asset(
            key=["challengers", name],
            deps=[asset_key(table) for table in sorted(reads.values())],
            group_name=group,
            kinds=set(kinds),
            owners=[owner],
            description=inspect.getdoc(train),
            code_version=version_of_code,
            automation_condition=UPSTREAM_PASSED,
            pool="training",
        )
        def asset(config: Refresh) -> dg.MaterializeResult[Any]:
            lake = Lake(get_settings().lake)
            versions = {table: lake.require(table).number for table in reads.values()}
            settings = parameters()
            wanted = fingerprint(version_of_code, sorted(versions.items()), sorted(settings.items()))
            found = challenger(name)
            if found and found.fingerprint == wanted and Path(found.folder).is_dir() and not config.force:
                return _result(found, unchanged=True)
            frames = {parameter: lake.read(table, version=versions[table]) for parameter, table in reads.items()}
            return _result(_train(name, train, frames, versions, settings, wanted), unchanged=False)

        return asset

    return decorate


def _train(
    name: str,
    train: Callable[..., Path],
    frames: Mapping[str, pl.LazyFrame],
    versions: Mapping[str, int],
    settings: Mapping[str, object],
    wanted: str,
) -> Challenger:
    from ecrec_assets.track.runs import training_run

    work = work_folder(name, wanted)
    work.mkdir(parents=True, exist_ok=True)
    schemas = {table: frame.collect_schema() for table, frame in zip(versions, frames.values(), strict=True)}
    with training_run(
        tracking(),
        name,
        f"{name} {wanted[:8]}",
        parameters=settings,
        inputs=versions,
        schemas=schemas,
        tags={"fingerprint": wanted},
    ) as run:
        folder = train(run=run, folder=work, **frames)
    state = Challenger(name, run.run_id, run.url, str(folder), wanted)
    save(name, state)
    forget_old(name, keep=wanted)
    return state


def _result(state: Challenger, *, unchanged: bool) -> dg.MaterializeResult[Any]:
    return dg.MaterializeResult(
        metadata={
            "summary": f"MLflow run {state.run_id[:8]}",
            "unchanged": unchanged,
            "folder": dg.MetadataValue.path(state.folder),
            "mlflow": dg.MetadataValue.url(state.run_url),
        },
        data_version=dg.DataVersion(state.fingerprint),
    )
