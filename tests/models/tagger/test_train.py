from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import torch
from safetensors.torch import load_file

from ecrec_assets.models.tagger.config import TaggerConfig
from ecrec_assets.models.tagger.predict import Tagger
from ecrec_assets.models.tagger.train import train
from tests.models.tagger.conftest import LABELS

TYPES = LABELS.types
CONFIG = TaggerConfig(
    epochs=3, batch_size=8, learning_rate=0.01, threads=1, seed=5, precision="fp32", train_embeddings=True
)


def noted(steps: list[int]) -> Callable[[int, int], None]:
    """A callback that notes the number of each step."""
    return lambda step, _: steps.append(step)


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "model.safetensors")


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def test_training_learns_and_writes_a_folder_that_loads(
    tiny_base: Path, tiny_queries: pl.LazyFrame, tmp_path: Path
) -> None:
    seen: list[dict[str, float]] = []
    steps: list[tuple[int, int]] = []
    config = CONFIG.model_copy(update={"epochs": 6})
    trained = train(
        tiny_queries,
        config,
        types=TYPES,
        base=tiny_base,
        folder=tmp_path,
        on_epoch=seen.append,
        on_step=lambda *at: steps.append(at),
    )
    assert tuple(seen) == trained.history
    assert [row["epoch"] for row in seen] == [1, 2, 3, 4, 5, 6]
    assert seen[-1]["train_loss"] < seen[0]["train_loss"] / 2
    assert max(row["validation_span_f1"] for row in seen) == seen[trained.best]["validation_span_f1"] > 0.9
    assert steps == [(n + 1, 48) for n in range(48)]
    assert {path.name for path in tmp_path.iterdir()} == {"model"}
    assert not [path for path in trained.folder.iterdir() if path.suffix not in (".json", ".safetensors", ".txt")]
    [answer] = Tagger.load(trained.folder).tag(["green tea under $3"])
    assert [(span.type, span.text) for span in answer.spans] == [("Item", "green tea"), ("Price", "under $3")]


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(
    tiny_base: Path, tiny_queries: pl.LazyFrame, tmp_path: Path
) -> None:
    torch.manual_seed(1)
    one = train(tiny_queries, CONFIG, types=TYPES, base=tiny_base, folder=tmp_path / "one")
    torch.manual_seed(2)
    two = train(tiny_queries, CONFIG, types=TYPES, base=tiny_base, folder=tmp_path / "two")
    other = train(
        tiny_queries, CONFIG.model_copy(update={"seed": 6}), types=TYPES, base=tiny_base, folder=tmp_path / "other"
    )
    assert same(weights(one.folder), weights(two.folder))
    assert not same(weights(one.folder), weights(other.folder))


def test_training_leaves_the_chance_and_the_threads_of_the_caller_alone(
    tiny_base: Path, tiny_queries: pl.LazyFrame, tmp_path: Path
) -> None:
    torch.manual_seed(9)
    expected, threads = torch.rand(3), torch.get_num_threads()
    torch.manual_seed(9)
    train(tiny_queries, CONFIG.model_copy(update={"epochs": 1}), types=TYPES, base=tiny_base, folder=tmp_path)
    assert torch.equal(torch.rand(3), expected)
    assert torch.get_num_threads() == threads


@pytest.mark.parametrize("stop_at", [4, 8, 9, 20])
def test_a_run_that_stopped_goes_on_and_ends_in_the_same_weights(
    tiny_base: Path, tiny_queries: pl.LazyFrame, tmp_path: Path, stop_at: int
) -> None:
    whole = train(tiny_queries, CONFIG, types=TYPES, base=tiny_base, folder=tmp_path / "whole")

    def stop(step: int, _: int) -> None:
        if step == stop_at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(tiny_queries, CONFIG, types=TYPES, base=tiny_base, folder=tmp_path / "cut", on_step=stop)
    steps: list[int] = []
    again = train(tiny_queries, CONFIG, types=TYPES, base=tiny_base, folder=tmp_path / "cut", on_step=noted(steps))
    assert steps[0] == (stop_at - 1) // 8 * 8 + 1
    assert same(weights(again.folder), weights(whole.folder))
    assert [row["train_loss"] for row in again.history] == [row["train_loss"] for row in whole.history]


def test_a_killed_process_is_resumed(tiny_base: Path, tiny_queries: pl.LazyFrame, tmp_path: Path) -> None:
    data = tmp_path / "queries.parquet"
    tiny_queries.collect().write_parquet(data)
    code = f"""
import os, signal, sys, pathlib, polars as pl
from ecrec_assets.models.tagger.config import TaggerConfig
from ecrec_assets.models.tagger.train import train
def kill(step, _):
    if step == 13:
        os.kill(os.getpid(), signal.SIGKILL)
train(pl.scan_parquet({str(data)!r}), TaggerConfig.model_validate_json({CONFIG.model_dump_json()!r}),
      types={TYPES!r}, base={str(tiny_base)!r}, folder=pathlib.Path({str(tmp_path / "cut")!r}), on_step=kill)
"""
    killed = subprocess.run([sys.executable, "-c", code], env={**os.environ, "OMP_NUM_THREADS": "1"}, check=False)
    assert killed.returncode == -signal.SIGKILL
    steps: list[int] = []
    again = train(
        tiny_queries,
        CONFIG,
        types=TYPES,
        base=str(tiny_base),
        folder=tmp_path / "cut",
        on_step=noted(steps),
    )
    assert steps[0] == 9
    assert len(again.history) == 3


def test_a_checkpoint_of_other_settings_is_not_resumed(
    tiny_base: Path, tiny_queries: pl.LazyFrame, tmp_path: Path
) -> None:
    def stop(step: int, _: int) -> None:
        if step == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(tiny_queries, CONFIG, types=TYPES, base=tiny_base, folder=tmp_path / "cut", on_step=stop)
    other = CONFIG.model_copy(update={"learning_rate": 0.003})
    steps: list[int] = []
    cut = train(tiny_queries, other, types=TYPES, base=tiny_base, folder=tmp_path / "cut", on_step=noted(steps))
    whole = train(tiny_queries, other, types=TYPES, base=tiny_base, folder=tmp_path / "whole")
    assert steps[0] == 1
    assert same(weights(cut.folder), weights(whole.folder))


def test_the_frozen_vectors_of_word_pieces_do_not_change(
    tiny_base: Path, tiny_queries: pl.LazyFrame, tmp_path: Path
) -> None:
    config = CONFIG.model_copy(update={"epochs": 1, "train_embeddings": False})
    after = weights(train(tiny_queries, config, types=TYPES, base=tiny_base, folder=tmp_path).folder)
    before = weights(tiny_base)
    pieces = "bert.embeddings.word_embeddings.weight"
    assert torch.equal(after[pieces], before[pieces])
    assert not torch.equal(after["classifier.weight"], before["classifier.weight"])


@pytest.mark.parametrize("split", ["train", "validation"])
def test_queries_without_a_split_are_an_error_that_names_it(
    tiny_base: Path, tiny_queries: pl.LazyFrame, tmp_path: Path, split: str
) -> None:
    with pytest.raises(ValueError, match=f"split '{split}'"):
        train(tiny_queries.filter(pl.col("split") != split), CONFIG, types=TYPES, base=tiny_base, folder=tmp_path)
