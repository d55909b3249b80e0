from __future__ import annotations

from pathlib import Path
from random import Random

import polars as pl
import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoTokenizer

from ecrec_assets.models.tagger.base import bundled_checkpoint
from ecrec_assets.models.tagger.masked_words import NOT_HIDDEN, Masker, read_texts
from ecrec_assets.models.tagger.pretrain import PretrainConfig, pretrain

CONFIG = PretrainConfig(passes=3, batch_size=8, learning_rate=3e-3, most_pieces=16, threads=1)
TEXTS = pl.LazyFrame(
    {"text": [f"{color} {thing} for {who}" for color in ("red", "blue") for thing in ("shoes", "hats", "unputdownables")
              for who in ("men", "women", "kids")]}
)  # fmt: skip


def test_guesses_get_better_and_the_result_is_a_base_with_the_same_word_vectors(
    tiny_base: Path, tmp_path: Path
) -> None:
    found = pretrain(TEXTS, CONFIG.model_copy(update={"passes": 6}), base=tiny_base, folder=tmp_path)
    losses = [row["loss"] for row in found.history]
    assert losses[-1] < 0.9 * losses[0]
    before, after = (load_file(folder / "model.safetensors") for folder in (tiny_base, found.folder))
    after = {f"bert.{name}": weights for name, weights in after.items()}
    assert torch.equal(
        before["bert.embeddings.word_embeddings.weight"], after["bert.embeddings.word_embeddings.weight"]
    )
    query = "bert.encoder.layer.0.attention.self.query.weight"
    assert not torch.equal(before[query], after[query])
    assert AutoTokenizer.from_pretrained(found.folder).tokenize("red shoes") == ["red", "shoes"]


def test_a_killed_run_goes_on_to_the_same_weights(tiny_base: Path, tmp_path: Path) -> None:
    whole = pretrain(TEXTS, CONFIG, base=tiny_base, folder=tmp_path / "whole")

    class Killed(Exception):
        pass

    def kill(done: int, every: int) -> None:
        if done == every - 1:
            raise Killed

    with pytest.raises(Killed):
        pretrain(TEXTS, CONFIG, base=tiny_base, folder=tmp_path / "broken", on_step=kill)
    steps: list[int] = []
    resumed = pretrain(
        TEXTS, CONFIG, base=tiny_base, folder=tmp_path / "broken", on_step=lambda done, _: steps.append(done)
    )
    assert steps == [7, 8, 9]
    assert resumed.history == whole.history
    kept, again = (load_file(run.folder / "model.safetensors") for run in (whole, resumed))
    assert all(torch.equal(weights, again[name]) for name, weights in kept.items())


def test_words_are_hidden_whole_and_only_hidden_places_are_asked_for() -> None:
    tokenizer = AutoTokenizer.from_pretrained(str(bundled_checkpoint()))
    texts = read_texts(tokenizer, ["unputdownables for men", "Unputdownables  for men", "hat", None, "red hat"], 16)
    assert len(texts) == 2
    masker = Masker(tokenizer, sorted({piece for text in texts for piece in text.pieces}), 0.2)
    long_word = texts[0].words[0]
    assert len(long_word) > 2
    seen = set()
    for seed in range(60):
        rows, _, answers = masker(texts, Random(seed))
        asked = tuple((answers[0] != NOT_HIDDEN).nonzero()[:, 0].tolist())
        assert asked in texts[0].words
        changed = (rows[0, : len(texts[0].pieces)] != torch.tensor(texts[0].pieces)).nonzero()[:, 0].tolist()
        assert set(changed) <= set(asked)
        seen.add(asked)
        assert [masker.pieces[answers[0, place]] for place in asked] == [texts[0].pieces[place] for place in asked]
    assert seen == set(texts[0].words)


def test_texts_of_one_word_cannot_be_pretrained_on(tiny_base: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no text of two words"):
        pretrain(pl.LazyFrame({"text": ["hat", None, ""]}), CONFIG, base=tiny_base, folder=tmp_path)
