"""What a training run needs to go on after it was killed: weights and optimiser state, safetensors and JSON only.

A checkpoint is written beside its place and renamed into it, so that a kill leaves the last whole one.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import load_file, save_file

from ecrec_assets.models.tagger.model import Network, save

STATE = "state.json"
AVERAGE, EXTRA = "average.safetensors", "extra.safetensors"


class State(NamedTuple):
    """Where a run stands: epochs done, the metrics of each, and which of them was best (from 0)."""

    fingerprint: str
    history: list[dict[str, float]]
    best: int


def write(
    folder: Path,
    network: Network,
    optimiser: torch.optim.Optimizer,
    state: State,
    *,
    average: Network | None = None,
    extra: Mapping[str, torch.Tensor] | None = None,
    save_model: Callable[[Path], object] | None = None,
) -> None:
    """Keeps the last epoch in `folder/last` and, if it is the best so far, its model in `folder/best`.

    `average` is kept as well as the network, and `extra` is for `extra_of`. `save_model` writes the model of a new
    best, where that is not just the network.

    `best` goes first: killed between the two, the run repeats this epoch and writes the same best again.
    """
    if state.best == len(state.history) - 1:
        _replace(folder / "best", save_model or (lambda new: save(network, new)))
    _replace(folder / "last", lambda new: _write_last(new, network, optimiser, state, average, extra or {}))


def resume(
    folder: Path,
    network: Network,
    optimiser: torch.optim.Optimizer,
    fingerprint: str,
    *,
    average: Network | None = None,
) -> State:
    """Puts the kept weights back; a run of other data, settings or base starts anew and the old one is removed."""
    new, last = State(fingerprint, [], -1), folder / "last"
    if not last.is_dir() and (folder / "last.new" / STATE).is_file():  # killed between removing and renaming
        (folder / "last.new").rename(last)
    if not (last / STATE).is_file():
        return new
    state = State(**json.loads((last / STATE).read_text()))
    if state.fingerprint != fingerprint:
        shutil.rmtree(folder)
        return new
    network.model.load_state_dict(load_file(last / "weights.safetensors"))
    if average is not None:
        average.model.load_state_dict(load_file(last / AVERAGE))
    _put_back(optimiser, load_file(last / "optimiser.safetensors"))
    return state


def extra_of(folder: Path) -> dict[str, torch.Tensor]:
    """What was given to `write` as extra, if a checkpoint is there."""
    place = folder / "last" / EXTRA
    return load_file(place) if place.is_file() else {}


def publish(folder: Path, model: Path) -> Path:
    """Moves the best model to `model` and removes the checkpoint; repeats safely where a kill came between."""
    if (folder / "best").is_dir():
        shutil.rmtree(model, ignore_errors=True)
        (folder / "best").rename(model)
    shutil.rmtree(folder)
    return model


def _write_last(
    folder: Path,
    network: Network,
    optimiser: torch.optim.Optimizer,
    state: State,
    average: Network | None,
    extra: Mapping[str, torch.Tensor],
) -> None:
    save_file(_weights(network), folder / "weights.safetensors")
    if average is not None:
        save_file(_weights(average), folder / AVERAGE)
    if extra:
        save_file({name: value.contiguous() for name, value in extra.items()}, folder / EXTRA)
    save_file(_flat(optimiser), folder / "optimiser.safetensors")
    (folder / STATE).write_text(json.dumps(state._asdict()))  # last: it says the folder is whole


def _weights(network: Network) -> dict[str, torch.Tensor]:
    return {name: value.contiguous() for name, value in network.model.state_dict().items()}


def _flat(optimiser: torch.optim.Optimizer) -> dict[str, torch.Tensor]:
    moments = optimiser.state_dict()["state"]
    return {f"{number}.{name}": value for number, values in moments.items() for name, value in values.items()}


def _put_back(optimiser: torch.optim.Optimizer, flat: dict[str, torch.Tensor]) -> None:
    moments: dict[int, dict[str, torch.Tensor]] = {}
    for name, value in flat.items():
        number, _, moment = name.partition(".")
        moments.setdefault(int(number), {})[moment] = value
    optimiser.load_state_dict({**optimiser.state_dict(), "state": moments})


def _replace(place: Path, fill: Callable[[Path], object]) -> None:
    new = place.with_name(f"{place.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    fill(new)
    shutil.rmtree(place, ignore_errors=True)
    new.rename(place)
