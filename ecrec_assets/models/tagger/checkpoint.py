"""What a training run needs to go on after it was killed: weights and optimiser state, safetensors and JSON only.

A checkpoint is written beside its place and renamed into it, so that a kill leaves the last whole one.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import load_file, save_file

from ecrec_assets.models.tagger.model import Network, save

STATE = "state.json"


class State(NamedTuple):
    """Where a run stands: epochs done, the metrics of each, and which of them was best (from 0)."""

    fingerprint: str
    history: list[dict[str, float]]
    best: int


def write(folder: Path, network: Network, optimiser: torch.optim.Optimizer, state: State) -> None:
    """Keeps the last epoch in `folder/last` and, if it is the best so far, its model in `folder/best`.

    `best` goes first: killed between the two, the run repeats this epoch and writes the same best again.
    """
    if state.best == len(state.history) - 1:
        _replace(folder / "best", lambda new: save(network, new))
    _replace(folder / "last", lambda new: _write_last(new, network, optimiser, state))


def resume(folder: Path, network: Network, optimiser: torch.optim.Optimizer, fingerprint: str) -> State:
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
    _put_back(optimiser, load_file(last / "optimiser.safetensors"))
    return state


def publish(folder: Path, model: Path) -> Path:
    """Moves the best model to `model` and removes the checkpoint; repeats safely where a kill came between."""
    if (folder / "best").is_dir():
        shutil.rmtree(model, ignore_errors=True)
        (folder / "best").rename(model)
    shutil.rmtree(folder)
    return model


def _write_last(folder: Path, network: Network, optimiser: torch.optim.Optimizer, state: State) -> None:
    weights = {name: value.contiguous() for name, value in network.model.state_dict().items()}
    save_file(weights, folder / "weights.safetensors")
    save_file(_flat(optimiser), folder / "optimiser.safetensors")
    (folder / STATE).write_text(json.dumps(state._asdict()))  # last: it says the folder is whole


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
