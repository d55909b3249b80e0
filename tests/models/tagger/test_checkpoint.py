from __future__ import annotations

from pathlib import Path

import pytest
import torch

from ecrec_assets.models.tagger import checkpoint
from ecrec_assets.models.tagger.checkpoint import State
from ecrec_assets.models.tagger.model import Network
from tests.models.tagger.conftest import tiny_network


@pytest.fixture
def trained(tmp_path: Path) -> tuple[Path, Network]:
    """A checkpoint after one epoch, and the network that wrote it."""
    network, optimiser = changed_network()
    checkpoint.write(tmp_path / "kept", network, optimiser, State("mark", [{"f1": 0.5}], 0))
    return tmp_path / "kept", network


def changed_network() -> tuple[Network, torch.optim.Optimizer]:
    network = tiny_network()
    optimiser = torch.optim.AdamW(network.model.parameters(), lr=0.1)
    network.model.classifier.bias.sum().backward()
    optimiser.step()
    return network, optimiser


def test_weights_and_optimiser_come_back(trained: tuple[Path, Network]) -> None:
    folder, network = trained
    fresh = tiny_network()
    optimiser = torch.optim.AdamW(fresh.model.parameters(), lr=0.1)
    state = checkpoint.resume(folder, fresh, optimiser, "mark")
    assert state == State("mark", [{"f1": 0.5}], 0)
    assert torch.equal(fresh.model.classifier.bias, network.model.classifier.bias)
    assert not torch.equal(fresh.model.classifier.bias, tiny_network().model.classifier.bias)
    moments = optimiser.state[fresh.model.classifier.bias]
    assert moments["step"] == 1
    assert torch.allclose(moments["exp_avg"], torch.full((7,), 0.1))


def test_nothing_in_a_checkpoint_is_pickled(trained: tuple[Path, Network]) -> None:
    folder, _ = trained
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) >= 6
    assert {path.suffix for path in files} <= {".json", ".safetensors", ".txt"}


def test_a_kill_between_removing_and_renaming_loses_nothing(trained: tuple[Path, Network]) -> None:
    folder, _ = trained
    (folder / "last").rename(folder / "last.new")
    fresh = tiny_network()
    state = checkpoint.resume(folder, fresh, torch.optim.AdamW(fresh.model.parameters()), "mark")
    assert len(state.history) == 1


def test_a_half_written_checkpoint_is_not_read(trained: tuple[Path, Network]) -> None:
    folder, _ = trained
    (folder / "last").rename(folder / "last.new")
    (folder / "last.new" / "state.json").unlink()
    fresh = tiny_network()
    assert checkpoint.resume(folder, fresh, torch.optim.AdamW(fresh.model.parameters()), "mark").history == []


def test_another_runs_checkpoint_is_removed(trained: tuple[Path, Network]) -> None:
    folder, _ = trained
    fresh = tiny_network()
    assert checkpoint.resume(folder, fresh, torch.optim.AdamW(fresh.model.parameters()), "other").history == []
    assert not folder.exists()


def test_publishing_repeats_safely_after_a_kill_in_the_middle(trained: tuple[Path, Network], tmp_path: Path) -> None:
    folder, _ = trained
    model = tmp_path / "model"
    (folder / "best").rename(model)
    assert checkpoint.publish(folder, model) == model
    assert (model / "model.safetensors").is_file()
    assert not folder.exists()
