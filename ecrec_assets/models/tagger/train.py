"""Fine-tunes the base model on tagged queries."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import polars as pl
import torch
from pydantic import BaseModel, ConfigDict, Field

from ecrec_assets.models.tagger import checkpoint
from ecrec_assets.models.tagger.batches import Batch, Example, encode, shuffled_batches
from ecrec_assets.models.tagger.model import Network, Precision, from_base, threads, uses_bf16
from ecrec_assets.models.tagger.predict import Tagger
from ecrec_assets.models.tagger.scores import span_scores

NO_DECAY = ("bias", "LayerNorm.weight")


class TaggerConfig(BaseModel):
    """How the tagger is trained. The defaults are for two cores and about two minutes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    epochs: int = Field(2, ge=1, description="passes over the training queries")
    batch_size: int = Field(32, ge=1, description="queries a step")
    learning_rate: float = Field(5e-4, gt=0, description="highest rate, reached after the warm-up")
    warmup: float = Field(0.1, ge=0, lt=1, description="share of all steps in which the rate rises from 0")
    weight_decay: float = Field(0.01, ge=0, description="of AdamW; biases and norms have none")
    clip: float = Field(1.0, gt=0, description="largest norm of the gradient")
    most_pieces: int = Field(64, ge=8, le=512, description="word pieces read of one training query")
    train_embeddings: bool = Field(False, description="also change the vectors of word pieces, half of all weights")
    precision: Precision = Field("auto", description="auto: bf16 where the processor has it, else fp32")
    threads: int = Field(2, ge=1, description="processor threads; two trainers on the same cores collapse")
    seed: int = Field(1, ge=0, description="of the head, the order of queries and dropout")


class TrainedTagger(NamedTuple):
    """`folder` can be given to `Tagger.load`; `history` has one row of metrics an epoch, `best` counts from 0."""

    folder: Path
    history: tuple[dict[str, float], ...]
    best: int


class Data(NamedTuple):
    """Training examples, and the validation queries with their tags."""

    train: list[Example]
    validation: list[list[str]]
    validation_tags: list[list[str]]


def _ignore(*_: object) -> None:
    """The default of both callbacks."""


def train(
    queries: pl.LazyFrame,
    config: TaggerConfig,
    *,
    base: Path | str,
    folder: Path,
    on_epoch: Callable[[dict[str, float]], object] = _ignore,
    on_step: Callable[[int, int], object] = _ignore,
) -> TrainedTagger:
    """Trains on split `train` of `queries` (tokens, tags, split), chooses the epoch by span F1 on `validation`.

    The model is written to `folder/model`. After each epoch `on_epoch` gets its metrics and a checkpoint is kept in
    `folder/checkpoint`; the same call after a kill goes on from it and ends in the same weights. `on_step` gets the
    steps done and all steps. The same seed and thread count give the same weights. Raises ValueError without data.
    """
    with threads(config.threads), torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        network = from_base(base)
        data = _data(queries, network, config)
        run = _Run(config, network, data, folder / "checkpoint", on_epoch, on_step)
        state = run.finish(_fingerprint(data, config, base))
    return TrainedTagger(checkpoint.publish(folder / "checkpoint", folder / "model"), tuple(state.history), state.best)


class _Run:
    """One training run: what stays the same over its epochs."""

    def __init__(
        self,
        config: TaggerConfig,
        network: Network,
        data: Data,
        checkpoints: Path,
        on_epoch: Callable[[dict[str, float]], object],
        on_step: Callable[[int, int], object],
    ) -> None:
        self.config, self.network, self.data, self.checkpoints = config, network, data, checkpoints
        self.on_epoch, self.on_step = on_epoch, on_step
        self.steps_an_epoch = -(-len(data.train) // config.batch_size)
        self.steps = self.steps_an_epoch * config.epochs
        self.bf16 = uses_bf16(config.precision)
        network.model.get_input_embeddings().weight.requires_grad_(config.train_embeddings)
        self.optimiser = _optimiser(network.model, config)

    def finish(self, fingerprint: str) -> checkpoint.State:
        """Every epoch that the checkpoint lacks."""
        state = checkpoint.resume(self.checkpoints, self.network, self.optimiser, fingerprint)
        for epoch in range(len(state.history), self.config.epochs):
            metrics = self.epoch(epoch)
            history = [*state.history, metrics]
            best = max(range(len(history)), key=lambda i: history[i]["validation_span_f1"])
            state = checkpoint.State(fingerprint, history, best)
            checkpoint.write(self.checkpoints, self.network, self.optimiser, state)
            self.on_epoch(metrics)
        return state

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
            **self.validated(),
        }

    def batches(self, epoch: int) -> Iterator[Batch]:
        chance = Random(self.config.seed * 1_000 + epoch)  # noqa: S311  (chance, not secrecy)
        return shuffled_batches(self.data.train, self.config.batch_size, self.network.tokenizer.pad_token_id, chance)

    def step(self, batch: Batch, number: int) -> float:
        """One update; the loss before it."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate(number)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            loss = self.network.model(input_ids=batch.pieces, attention_mask=batch.mask, labels=batch.labels).loss
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.model.parameters(), self.config.clip)
        self.optimiser.step()
        self.on_step(number + 1, self.steps)
        return float(loss.detach())

    def rate(self, step: int) -> float:
        """Rises in a line to the highest rate, then falls in a line to 0."""
        warm = max(1, round(self.steps * self.config.warmup))
        rise, fall = (step + 1) / warm, (self.steps - step) / max(1, self.steps - warm)
        return self.config.learning_rate * min(1.0, rise, fall)

    def validated(self) -> dict[str, float]:
        found = Tagger(self.network, precision=self.config.precision).tag_words(self.data.validation)
        scores = span_scores(self.data.validation_tags, [answer.tags for answer in found])
        return {f"validation_{name}": value for name, value in scores._asdict().items()}


def _optimiser(model: Any, config: TaggerConfig) -> torch.optim.AdamW:
    trained = [(name, weights) for name, weights in model.named_parameters() if weights.requires_grad]
    decayed = [weights for name, weights in trained if not name.endswith(NO_DECAY)]
    rest = [weights for name, weights in trained if name.endswith(NO_DECAY)]
    groups = [{"params": decayed, "weight_decay": config.weight_decay}, {"params": rest, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=config.learning_rate, fused=True)


def _data(queries: pl.LazyFrame, network: Network, config: TaggerConfig) -> Data:
    rows = queries.select("tokens", "tags", "split").collect()
    train, validation = (rows.filter(pl.col("split") == split) for split in ("train", "validation"))
    for split, part in (("train", train), ("validation", validation)):
        if part.is_empty():
            raise ValueError(f"the queries have no row of split '{split}'; training needs both")
    tokens, tags = train["tokens"].to_list(), train["tags"].to_list()
    examples = encode(network.tokenizer, tokens, tags, most_pieces=config.most_pieces)
    return Data(examples, validation["tokens"].to_list(), validation["tags"].to_list())


def _fingerprint(data: Data, config: TaggerConfig, base: Path | str) -> str:
    """Changes with the data, the settings and the name of the base; a checkpoint of another run is not resumed."""
    settled = config.model_dump_json() + str(base) + repr(data)
    return hashlib.sha256(settled.encode("utf-8", "surrogatepass")).hexdigest()
