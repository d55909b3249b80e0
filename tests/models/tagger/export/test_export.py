from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from ecrec_assets.models.tagger.adapter_folder import write
from ecrec_assets.models.tagger.adapters import Tuning, add
from ecrec_assets.models.tagger.export import ExportError, Kind, OnnxEncoder, export, exported
from ecrec_assets.models.tagger.export.products import to_bytes
from ecrec_assets.models.tagger.model import Network, Reading, TaggerFolderError, add_head, save
from ecrec_assets.models.tagger.predict import Tagger
from ecrec_assets.models.tagger.temperature import FILE
from tests.models.tagger.conftest import tiny_network

QUERIES = ["milk", "", "white bread under 3 dollars", "a very long query " * 8, "\u200b", "牛奶 🍕", *["rice"] * 70]
WORDS = [query.split() for query in QUERIES]
Folders = Mapping[str, Path]
KINDS: tuple[Kind, ...] = ("fp32", "int8")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """A tagger of two layers and a segment head, with weights large enough to tell queries apart, and its exports."""
    network = tiny_network(layers=2)
    network.read_as(Reading(head="segments", pooling="mean", size=16, decoding="expected_f1", price=0.3))
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(1)
        add_head(network)
        for weights in network.model.parameters():
            weights.mul_(3.0)
    path = tmp_path_factory.mktemp("exports")
    save(network, path / "torch")
    return {"torch": path / "torch"} | {kind: export(path / "torch", path / kind, kind) for kind in KINDS}


def hidden(network: Network) -> torch.Tensor:
    found = network.tokenizer(QUERIES, return_tensors="pt", padding=True)
    mask = found["attention_mask"]
    with torch.inference_mode():
        encoded = network.model.base_model(input_ids=found["input_ids"], attention_mask=mask)
    vectors: torch.Tensor = encoded.last_hidden_state[mask.bool()]
    return vectors


def test_the_fp32_export_gives_the_same_vectors_as_torch(folders: Folders) -> None:
    of_torch = hidden(Tagger.load(folders["torch"]).network)
    assert of_torch.std() > 0.3
    assert (hidden(exported(folders["fp32"])) - of_torch).abs().max() < 1e-4


def test_the_int8_export_gives_nearly_the_same_vectors_from_a_much_smaller_folder(folders: Folders) -> None:
    one, other = hidden(exported(folders["int8"])), hidden(Tagger.load(folders["torch"]).network)
    assert 0 < (one - other).abs().mean() < 0.05 * other.abs().mean()
    sizes = {kind: (folder / "encoder.onnx").stat().st_size for kind, folder in folders.items() if kind != "torch"}
    assert sizes["int8"] < 0.4 * sizes["fp32"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_tagger_on_the_export_has_the_interface_and_answers_of_the_torch_one(folders: Folders, kind: Kind) -> None:
    of_torch, of_onnx = Tagger.load(folders["torch"]), Tagger.load(folders[kind], runtime="onnx")
    assert of_onnx.types == of_torch.types
    allowed = 1e-4 if kind == "fp32" else 0.1
    for one, other in zip(of_onnx.probabilities(WORDS), of_torch.probabilities(WORDS), strict=True):
        assert np.abs(one - other).max(initial=0) < allowed
    if kind == "fp32":
        assert [answer.tags for answer in of_onnx.tag(QUERIES)] == [answer.tags for answer in of_torch.tag(QUERIES)]
    assert [answer.tokens for answer in of_onnx.tag(QUERIES)] == [tuple(words) for words in WORDS]


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_of_the_export_does_not_depend_on_the_rest_of_the_batch(folders: Folders, kind: Kind) -> None:
    tagger = Tagger.load(folders[kind], runtime="onnx")
    for words, together in zip(WORDS[:10], tagger.probabilities(WORDS), strict=False):
        [alone] = tagger.probabilities([words])
        assert np.abs(alone - together).max(initial=0) < 1e-4


def test_the_temperature_of_the_trained_tagger_is_kept(folders: Folders, tmp_path: Path) -> None:
    trained = Path(shutil.copytree(folders["torch"], tmp_path / "trained"))
    (trained / FILE).write_text(json.dumps({"temperature": 3.0}))
    [flat] = Tagger.load(export(trained, tmp_path / "served", "fp32"), runtime="onnx").probabilities([["milk"]])
    [sharp] = Tagger.load(folders["fp32"], runtime="onnx").probabilities([["milk"]])
    assert flat.max() < sharp.max() - 0.001


def test_the_same_model_gives_the_same_file_in_the_place_of_the_earlier_one(folders: Folders, tmp_path: Path) -> None:
    for _ in range(2):
        export(folders["torch"], tmp_path / "served")
    assert (tmp_path / "served" / "encoder.onnx").read_bytes() == (folders["int8"] / "encoder.onnx").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["served"]
    onnx.checker.check_model(onnx.load(tmp_path / "served" / "encoder.onnx"))


def test_the_trained_folder_is_not_touched(folders: Folders, tmp_path: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in folders["torch"].iterdir()}
    export(folders["torch"], tmp_path / "served")
    assert {path.name: path.stat().st_mtime_ns for path in folders["torch"].iterdir()} == before
    with pytest.raises(ExportError, match="holds other files; export into a new folder"):
        export(folders["torch"], folders["torch"])


@pytest.mark.parametrize("name", ["encoder.onnx", "heads.safetensors", "config.json"])
def test_a_changed_or_missing_file_is_refused_by_name(folders: Folders, tmp_path: Path, name: str) -> None:
    served = Path(shutil.copytree(folders["int8"], tmp_path / "served"))
    content = (served / name).read_bytes()
    (served / name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ExportError, match=rf"{name} is missing or not as it was exported"):
        exported(served)
    (served / name).unlink()
    with pytest.raises(ExportError, match=rf"{name} is missing or not as it was exported"):
        exported(served)


def test_a_folder_without_export_says_how_to_make_one(folders: Folders, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"holds no exported tagger; make one with export\("):
        Tagger.load(folders["torch"], runtime="onnx")
    (tmp_path / "export.json").write_text("{")
    with pytest.raises(ExportError, match=r"export.json cannot be read: .* export again"):
        exported(tmp_path)


def test_a_folder_without_tagger_is_not_exported(tmp_path: Path) -> None:
    with pytest.raises(TaggerFolderError):
        export(tmp_path, tmp_path / "served")


def test_an_encoder_of_another_family_is_refused_by_name(folders: Folders, tmp_path: Path) -> None:
    other = Path(shutil.copytree(folders["torch"], tmp_path / "other"))
    config = json.loads((other / "config.json").read_text())
    (other / "config.json").write_text(json.dumps({**config, "hidden_act": "relu"}))
    with pytest.raises(ExportError, match="only BERT encoders with gelu are exported, not bert with relu"):
        export(other, tmp_path / "served")
    assert not (tmp_path / "served").exists()


@pytest.mark.parametrize("method", ["prefix", "adapter"])
def test_an_encoder_with_added_weights_is_refused_and_they_are_not_lost(
    folders: Folders, tmp_path: Path, method: Tuning
) -> None:
    tuned = Path(shutil.copytree(folders["torch"], tmp_path / "tuned"))
    added = add(Tagger.load(tuned).network.model, method, size=2, steps=1)
    assert added is not None
    write(added, tuned)
    with pytest.raises(ExportError, match=r"weights more and|does not know"):
        export(tuned, tmp_path / "served")


def test_the_exported_encoder_reads_pieces_only(folders: Folders) -> None:
    encoder = exported(folders["fp32"]).model.base_model
    assert isinstance(encoder, OnnxEncoder)
    with pytest.raises(TypeError, match="runtime='torch'"):
        encoder(inputs_embeds=torch.zeros(1, 2, 32))


def test_bytes_keep_each_column_within_half_a_level() -> None:
    weights = np.random.default_rng(1).normal(size=(20, 7)).astype(np.float32) * np.logspace(-3, 3, 7, dtype=np.float32)
    stored = to_bytes(weights, axis=0)
    back = (stored.values.astype(np.float32) - 128) * stored.scales
    assert stored.scales.shape == (1, 7)
    assert (np.abs(back - weights) <= stored.scales * 0.5001).all()
    assert (to_bytes(np.zeros((3, 2), np.float32), axis=0).values == 128).all()
