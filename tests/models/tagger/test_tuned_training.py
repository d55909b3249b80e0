from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import torch
from safetensors.torch import load_file

from ecrec_assets.models.tagger.adapter_folder import onto
from ecrec_assets.models.tagger.adapters import Tuning
from ecrec_assets.models.tagger.config import TaggerConfig
from ecrec_assets.models.tagger.model import TaggerFolderError, from_base, load
from ecrec_assets.models.tagger.predict import Tagger
from ecrec_assets.models.tagger.train import TrainedTagger, train
from tests.models.tagger.conftest import LABELS

METHODS: tuple[Tuning, ...] = ("lora", "adalora", "prefix", "adapter")
QUERIES = [["green", "tea", "under", "$3"], ["cheap", "soap"], []]


def config(method: Tuning, **changes: object) -> TaggerConfig:
    settings = {"epochs": 3, "batch_size": 8, "learning_rate": 0.02, "threads": 1, "seed": 5, "precision": "fp32"}
    return TaggerConfig.model_validate({**settings, "tuning": method, "tuning_size": 4, **changes})


def tuned(queries: pl.LazyFrame, base: Path, folder: Path, method: Tuning, **changes: object) -> TrainedTagger:
    return train(queries, config(method, **changes), types=LABELS.types, base=base, folder=folder)


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "adapter" / "adapter.safetensors")


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize("method", METHODS)
def test_a_tuned_tagger_learns_and_its_small_file_is_the_whole_model(
    tiny_base: Path, tiny_queries: pl.LazyFrame, tmp_path: Path, method: Tuning
) -> None:
    found = tuned(tiny_queries, tiny_base, tmp_path, method, epochs=6)
    assert found.history[found.best]["validation_span_f1"] > 0.8
    assert not [path for path in found.folder.rglob("*") if path.suffix not in ("", ".json", ".safetensors", ".txt")]
    small, whole = (found.folder / name for name in ("adapter/adapter.safetensors", "model.safetensors"))
    assert small.stat().st_size < whole.stat().st_size / 20
    answers = Tagger.load(found.folder).tag_words(QUERIES)
    network = load(found.folder)
    again = from_base(tiny_base, LABELS, network.reading)
    onto(again.model, found.folder / "adapter")
    again.model.eval()
    assert [answer.tags for answer in Tagger(again).tag_words(QUERIES)] == [answer.tags for answer in answers]
    batch = {"input_ids": torch.tensor([[101, 2304, 9850, 102]]), "attention_mask": torch.ones(1, 4, dtype=torch.long)}
    with torch.inference_mode():
        assert torch.allclose(network.model(**batch).logits, again.model(**batch).logits, atol=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_a_tuned_training_that_stopped_goes_on_and_ends_in_the_same_weights(
    tiny_base: Path, tiny_queries: pl.LazyFrame, tmp_path: Path, method: Tuning
) -> None:
    whole = tuned(tiny_queries, tiny_base, tmp_path / "whole", method)
    twice = tuned(tiny_queries, tiny_base, tmp_path / "twice", method)
    assert same(weights(twice.folder), weights(whole.folder))

    def stop(step: int, _: int) -> None:
        if step == 13:
            raise KeyboardInterrupt

    cut = {"types": LABELS.types, "base": tiny_base, "folder": tmp_path / "cut"}
    with pytest.raises(KeyboardInterrupt):
        train(tiny_queries, config(method), on_step=stop, **cut)
    steps: list[int] = []
    again = train(tiny_queries, config(method), on_step=lambda step, _: steps.append(step), **cut)
    assert steps[0] == 9
    assert same(weights(again.folder), weights(whole.folder))


@pytest.mark.parametrize("method", ["lora", "prefix", "adapter"])
def test_few_weights_go_with_segments_and_a_moving_average(
    tiny_base: Path, tiny_queries: pl.LazyFrame, tmp_path: Path, method: Tuning
) -> None:
    found = tuned(tiny_queries, tiny_base, tmp_path, method, epochs=6, head="segments", pooling="mean", averaging=0.8)
    served = Tagger.load(found.folder)
    best = found.history[found.best]["validation_span_f1"]
    assert best > 0.8
    rows = tiny_queries.filter(split="validation").collect()
    answers = served.tag_words(rows["tokens"].to_list())
    right = sum(answer.tags == tags for answer, tags in zip(answers, rows["tags"].to_list(), strict=True))
    assert right / len(rows) > 0.6
    assert "segment_head" in " ".join(weights(found.folder))


def test_a_folder_with_a_broken_adapter_is_no_tagger(
    tiny_base: Path, tiny_queries: pl.LazyFrame, tmp_path: Path
) -> None:
    found = tuned(tiny_queries, tiny_base, tmp_path, "adapter", epochs=1)
    (found.folder / "adapter" / "adapter.safetensors").write_bytes(b"")
    with pytest.raises(TaggerFolderError, match=r"adapter\.safetensors cannot be read"):
        load(found.folder)


def test_adalora_and_a_moving_average_are_not_chosen_together() -> None:
    with pytest.raises(ValueError, match="averaging does not go with tuning=adalora"):
        config("adalora", averaging=0.9)
