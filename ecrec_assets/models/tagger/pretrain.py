"""Goes on with the pre-training of a base on the shop's own texts, before any label is used.

Whole words are hidden and guessed from the rest (Devlin et al., NAACL 2019; whole words as in the authors' later
release), on texts of the domain and the task (Gururangan et al., "Don't Stop Pretraining", ACL 2020). A sentence
encoder comes without the layer that guesses words: a new one is tied to the vectors of word pieces (Press & Wolf, EACL
2017) and thrown away afterwards. Only pieces that occur in the texts can be guessed, which saves two thirds of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import torch
from pydantic import BaseModel, ConfigDict, Field
from transformers import AutoModel, AutoTokenizer

from ecrec_assets.models.tagger import checkpoint
from ecrec_assets.models.tagger.labels import LabelSet
from ecrec_assets.models.tagger.masked_words import MaskedWords, Masker, Text, read_texts
from ecrec_assets.models.tagger.model import Network, quiet, threads

FASTER_HEAD = 3.0
NO_LABELS = LabelSet(("hidden",))  # checkpoints are kept as those of a tagger; words are guessed, no spans


class PretrainConfig(BaseModel):
    """How a base is trained on texts without labels."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    passes: int = Field(2, ge=1, description="times every text is read; each time other words are hidden")
    batch_size: int = Field(128, ge=1, description="texts a step")
    learning_rate: float = Field(3e-4, gt=0, description="highest rate of the encoder; the new layer learns faster")
    warmup: float = Field(0.06, ge=0, lt=1, description="share of all steps in which the rate rises from 0")
    hidden_share: float = Field(0.2, gt=0, lt=1, description="share of a text's words to guess, at least one")
    most_pieces: int = Field(40, ge=8, le=512, description="word pieces read of one text")
    threads: int = Field(2, ge=1, description="processor threads")
    seed: int = Field(1, ge=0, description="of the new layer, the order of texts and which words are hidden")


class Pretrained(NamedTuple):
    """`folder` is a base checkpoint for `train`; `history` has the mean loss of each pass."""

    folder: Path
    history: tuple[dict[str, float], ...]


def _ignore(*_: object) -> None:
    """The default of the callback."""


def pretrain(
    texts: pl.LazyFrame,
    config: PretrainConfig,
    *,
    base: Path | str,
    folder: Path,
    on_step: Callable[[int, int], object] = _ignore,
) -> Pretrained:
    """Trains `base` on the column `text` and writes the new base to `folder/model`, safetensors with its tokenizer.

    The same text counts once, whatever its case. A checkpoint is kept after each pass; the same call after a kill goes
    on from it and ends in the same weights. Raises ValueError without texts of at least two words.
    """
    with threads(config.threads), torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        with quiet():
            encoder = AutoModel.from_pretrained(str(base), use_safetensors=True).float()
            tokenizer = AutoTokenizer.from_pretrained(str(base))
        found = read_texts(tokenizer, texts.select("text").collect()["text"].to_list(), config.most_pieces)
        if not found:
            raise ValueError("there is no text of two words or more to pre-train on")
        run = _Run(config, Network(MaskedWords(encoder, found), tokenizer, NO_LABELS), found, on_step)
        state = run.finish(folder / "checkpoint", _fingerprint(found, config, base))
    return Pretrained(checkpoint.publish(folder / "checkpoint", folder / "model"), tuple(state.history))


class _Run:
    """What stays the same over the passes."""

    def __init__(
        self, config: PretrainConfig, network: Network, texts: list[Text], on_step: Callable[[int, int], object]
    ) -> None:
        self.config, self.network, self.texts, self.on_step = config, network, texts, on_step
        self.masker = Masker(network.tokenizer, network.model.pieces, config.hidden_share)
        self.steps_a_pass = -(-len(texts) // config.batch_size)
        self.steps = self.steps_a_pass * config.passes
        model = network.model
        groups = [(list(model.trained_encoder()), 1.0), (list(model.guess.parameters()), FASTER_HEAD)]
        self.optimiser = torch.optim.AdamW(
            [{"params": weights, "lr": 0.0, "times": times} for weights, times in groups], weight_decay=0.01, fused=True
        )

    def finish(self, folder: Path, fingerprint: str) -> checkpoint.State:
        state = checkpoint.resume(folder, self.network, self.optimiser, fingerprint)
        for number in range(len(state.history), self.config.passes):
            history = [*state.history, {"pass": float(number + 1), "loss": self.one_pass(number)}]
            state = checkpoint.State(fingerprint, history, number)
            checkpoint.write(folder, self.network, self.optimiser, state, save_model=self.save)
        return state

    def save(self, folder: Path) -> None:
        """The encoder without the layer that guesses: a base for any task."""
        with quiet():
            self.network.model.encoder.save_pretrained(folder)
            self.network.tokenizer.save_pretrained(folder)

    def one_pass(self, number: int) -> float:
        """The mean loss over every text once; chance depends on seed and pass only."""
        torch.manual_seed(self.config.seed * 1_000 + number)
        chance = Random(self.config.seed * 1_000 + number)  # noqa: S311  (chance, not secrecy)
        self.network.model.train()
        losses = [
            self.step(rows, number * self.steps_a_pass + i, chance) for i, rows in enumerate(self._batches(chance))
        ]
        return float(np.mean(losses))

    def step(self, rows: list[Text], number: int, chance: Random) -> float:
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate(number) * group["times"]
        loss = self.network.model(*self.masker(rows, chance))
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.model.parameters(), 1.0)
        self.optimiser.step()
        self.on_step(number + 1, self.steps)
        return float(loss.detach())

    def rate(self, step: int) -> float:
        """Rises in a line to the highest rate, then falls in a line to 0."""
        warm = max(1, round(self.steps * self.config.warmup))
        return self.config.learning_rate * min(1.0, (step + 1) / warm, (self.steps - step) / max(1, self.steps - warm))

    def _batches(self, chance: Random) -> Iterator[list[Text]]:
        """Texts of like length together, in random order."""
        order = sorted(self.texts, key=lambda text: (len(text.pieces), chance.random()))
        size = self.config.batch_size
        batches = [order[i : i + size] for i in range(0, len(order), size)]
        chance.shuffle(batches)
        yield from batches


def _fingerprint(texts: list[Text], config: PretrainConfig, base: Path | str) -> str:
    settled: Any = config.model_dump_json() + str(base) + repr(texts)
    return hashlib.sha256(settled.encode("utf-8", "surrogatepass")).hexdigest()
