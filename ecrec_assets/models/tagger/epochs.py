"""The passes over the training queries: steps, validation and checkpoints."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import torch

from ecrec_assets.models.tagger import adapter_folder, checkpoint
from ecrec_assets.models.tagger.adapters import add, added_to, plain_weights
from ecrec_assets.models.tagger.adversarial import add_adversarial_gradient
from ecrec_assets.models.tagger.averaging import Average
from ecrec_assets.models.tagger.balance import drawn
from ecrec_assets.models.tagger.batches import Batch, Example, shuffled_batches
from ecrec_assets.models.tagger.config import TaggerConfig
from ecrec_assets.models.tagger.loss import Learned, batch_loss
from ecrec_assets.models.tagger.model import Network, save, uses_bf16
from ecrec_assets.models.tagger.optimiser import optimiser_of, set_rate
from ecrec_assets.models.tagger.soft_targets import Segment
from ecrec_assets.models.tagger.validate import validated


class Data(NamedTuple):
    """Training queries with their targets and weights (as given, and by how rare their types are), and validation."""

    train: list[Example]
    targets: list[list[Segment]]
    weights: list[float]
    rarity: list[float]
    validation: list[list[str]]
    validation_tags: list[list[str]]


class Epochs:
    """One training run: what stays the same over its epochs."""

    def __init__(
        self,
        config: TaggerConfig,
        network: Network,
        data: Data,
        checkpoints: Path,
        on_step: Callable[[int, int], object],
    ) -> None:
        self.config, self.network, self.data = config, network, data
        self.checkpoints, self.on_step = checkpoints, on_step
        self.steps_an_epoch = -(-len(data.train) // config.batch_size)
        self.steps = self.steps_an_epoch * config.epochs
        self.bf16 = uses_bf16(config.precision)
        network.model.get_input_embeddings().weight.requires_grad_(config.train_embeddings)
        self.added = add(network.model, config.tuning, size=config.tuning_size, steps=self.steps)
        self.optimiser = optimiser_of(network.model, config)
        self.average = Average(network, config.averaging) if config.averaging else None

    @property
    def kept(self) -> Network:
        """The network that is validated and saved."""
        return self.average.network if self.average else self.network

    def finish(self, fingerprint: str, on_epoch: Callable[[dict[str, float]], object]) -> checkpoint.State:
        """Every epoch that the checkpoint lacks."""
        kept = self.average.network if self.average else None
        state = checkpoint.resume(self.checkpoints, self.network, self.optimiser, fingerprint, average=kept)
        if self.added and self.added.ranks:
            self.added.ranks.restore(checkpoint.extra_of(self.checkpoints))
        for epoch in range(len(state.history), self.config.epochs):
            metrics = self.epoch(epoch)
            history = [*state.history, metrics]
            best = max(range(len(history)), key=lambda i: history[i]["validation_span_f1"])
            state = checkpoint.State(fingerprint, history, best)
            extra = self.added.ranks.state() if self.added and self.added.ranks else {}
            checkpoint.write(
                self.checkpoints, self.network, self.optimiser, state, average=kept, extra=extra, save_model=self.save
            )
            on_epoch(metrics)
        return state

    def save(self, folder: Path) -> None:
        """The model as it will be loaded; with few trained weights also these by themselves."""
        added = added_to(self.kept.model)
        save(self.kept, folder, plain_weights(self.kept.model) if added else None)
        if added:
            adapter_folder.write(added, folder)

    def epoch(self, epoch: int) -> dict[str, float]:
        """One pass; chance depends on seed and epoch only, so that a resumed run repeats an unbroken one."""
        torch.manual_seed(self.config.seed * 1_000 + epoch)
        self.network.model.train()
        started = time.perf_counter()
        losses = [self.step(batch, epoch * self.steps_an_epoch + i) for i, batch in enumerate(self.batches(epoch))]
        seconds = time.perf_counter() - started
        return {
            "epoch": float(epoch + 1),
            "train_loss": sum(losses) / len(losses),
            "learning_rate": self.rate((epoch + 1) * self.steps_an_epoch - 1),
            "train_seconds": seconds,
            "queries_per_second": len(self.data.train) / seconds,
            **validated(self.kept, self.data.validation, self.data.validation_tags, self.config),
        }

    def batches(self, epoch: int) -> Iterator[Batch]:
        chance = Random(self.config.seed * 1_000 + epoch)  # noqa: S311  (chance, not secrecy)
        order = drawn(self.data.rarity, chance) if self.config.balance == "resample" else ()
        size, pad = self.config.batch_size, self.network.tokenizer.pad_token_id
        return shuffled_batches(self.data.train, size, pad, chance, mean=self.config.pooling == "mean", order=order)

    def step(self, batch: Batch, number: int) -> float:
        """One update; the loss before it."""
        set_rate(self.optimiser, self.rate(number))
        learned = self.learned(batch)
        loss = self.loss(batch, learned)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        if self.config.adversarial:
            vectors = self.network.model.get_input_embeddings().weight
            add_adversarial_gradient(vectors, self.config.adversarial, lambda: self.loss(batch, learned))
        torch.nn.utils.clip_grad_norm_(self.network.model.parameters(), self.config.clip)
        self.optimiser.step()
        if self.added:
            self.added.after_step(number)
        if self.average:
            self.average.update(number + 1)
        self.on_step(number + 1, self.steps)
        return float(loss.detach())

    def learned(self, batch: Batch) -> Learned:
        """What this batch should be read as."""
        by_rarity = self.config.balance == "loss"
        weights = [self.data.weights[row] * (self.data.rarity[row] if by_rarity else 1.0) for row in batch.rows]
        return Learned([self.data.targets[row] for row in batch.rows], torch.tensor(weights))

    def loss(self, batch: Batch, learned: Learned) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            loss = batch_loss(self.network, batch, learned, self.config)
        return loss + self.added.penalty() if self.added else loss

    def rate(self, step: int) -> float:
        """Rises in a line to the highest rate, then falls in a line to 0."""
        warm = max(1, round(self.steps * self.config.warmup))
        rise, fall = (step + 1) / warm, (self.steps - step) / max(1, self.steps - warm)
        return self.config.learning_rate * min(1.0, rise, fall)
