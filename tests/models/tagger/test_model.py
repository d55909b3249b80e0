from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch

from ecrec_assets.models.tagger import model
from ecrec_assets.models.tagger.model import TaggerFolderError, has_native_bf16, load, threads, uses_bf16
from tests.models.tagger.conftest import LABELS


@pytest.fixture
def folder(tiny_base: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_base, tmp_path / "tagger"))


def test_the_labels_stand_in_the_configuration(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    assert tuple(config["id2label"][str(i)] for i in range(7)) == LABELS.tags
    assert load(folder).model.config.label2id["B-Price"] == LABELS.tags.index("B-Price")


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(TaggerFolderError, match=name):
        load(folder)


@pytest.mark.parametrize("name", ["model.safetensors", "config.json"])
@pytest.mark.parametrize("content", [b"", b"\x00" * 64, b"{not json"])
def test_a_damaged_file_is_an_error_that_names_the_folder(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(TaggerFolderError, match=str(folder)):
        load(folder)


def test_a_truncated_model_is_an_error_that_names_the_folder(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])
    with pytest.raises(TaggerFolderError, match=str(folder)):
        load(folder)


def test_a_model_with_other_labels_is_refused(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["id2label"]["1"] = "B-Brand"
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(TaggerFolderError, match="B-Brand"):
        load(folder)


def test_a_pickled_model_beside_it_is_never_read(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(TaggerFolderError, match=r"model\.safetensors missing"):
        load(folder)


def test_bf16_is_used_on_request_or_where_the_processor_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert uses_bf16("bf16")
    assert not uses_bf16("fp32")
    assert uses_bf16("auto") == has_native_bf16()
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": False, "amx_bf16": True})
    assert model.uses_bf16("auto")
    monkeypatch.setattr(torch.cpu, "get_capabilities", dict)
    assert not model.uses_bf16("auto")


def test_the_thread_count_is_put_back_after_an_error() -> None:
    before = torch.get_num_threads()
    with pytest.raises(KeyError), threads(before + 1):
        assert torch.get_num_threads() == before + 1
        raise KeyError
    assert torch.get_num_threads() == before
