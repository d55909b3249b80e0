"""Out-of-fold tag probabilities from a light probe on a frozen encoder: what a model says that never saw the label.

Fine-tuning a model a fold would take an hour on two cores; the probe takes about a minute, and finds planted errors
as measured in docs/labels.md. Its predictions are for judging labels, not for serving.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from ecrec_assets.models.tagger.labels import LabelSet
from ecrec_assets.models.tagger.model import threads
from ecrec_assets.models.tagger.probe_features import Features, word_features
from ecrec_assets.models.tagger.probe_network import ProbeNetwork, neighbours
from ecrec_assets.prepare.label_noise.words import SCHEMA

LEAST = 1e-12


class ProbeConfig(BaseModel):
    """How labels are judged. The defaults take about a minute of one core for 8,000 queries."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folds: int = Field(5, ge=2, description="each query is judged by a probe that trained on the other folds")
    width: int = Field(192, ge=1, description="directions kept of the encoder's states")
    spelling: int = Field(64, ge=1, description="directions kept of the character n-grams")
    hidden: int = Field(128, ge=1, description="units of each hidden layer")
    epochs: int = Field(8, ge=1, description="passes over the training folds")
    batch_size: int = Field(64, ge=1, description="queries a step")
    learning_rate: float = Field(3e-3, gt=0, description="at the first step; falls in a line to 0")
    weight_decay: float = Field(0.01, ge=0, description="of AdamW")
    dropout: float = Field(0.3, ge=0, lt=1, description="of inputs and hidden units")
    smoothing: float = Field(0.0, ge=0, lt=1, description="share of each label that is spread over all tags")
    seed: int = Field(1, ge=0, description="of folds, weights, order and dropout")
    threads: int = Field(1, ge=1, description="processor threads")


class OutOfFold(NamedTuple):
    """`chances`: words × tags, in the order of the queries; `folds`: the fold of each query."""

    chances: NDArray[np.float64]
    folds: NDArray[np.int64]


def out_of_fold(
    queries: pl.LazyFrame, *, types: Sequence[str], base: Path | str, config: ProbeConfig | None = None
) -> pl.LazyFrame:
    """Per query (query_id, tokens, tags): its fold, the suggested tags, and the probability of each tag of each word.

    Queries of the same text are in the same fold. Tags are in the order of `LabelSet(types).tags`; the suggestion is
    the likeliest valid IOB2 sequence. The same input, seed and thread count give the same probabilities. Raises
    ValueError for too few queries and for a tag of another type.
    """
    settings, labels = config or ProbeConfig(), LabelSet(tuple(types))
    rows = queries.select("query_id", "tokens", "tags").collect()
    tokens, tags = rows["tokens"].to_list(), rows["tags"].to_list()
    width, spelling = settings.width, settings.spelling
    features = word_features(tokens, base, width=width, spelling=spelling, count=settings.threads)
    found = chances_of(features, tokens, tags, labels, settings)
    parts = np.split(found.chances, np.cumsum([len(query) for query in tokens])[:-1])
    suggested = [[labels.tags[tag] for tag in labels.best_path(np.log(part.clip(LEAST)))] for part in parts]
    columns = [rows["query_id"].to_list(), found.folds.tolist(), suggested, [part.tolist() for part in parts]]
    return pl.LazyFrame(dict(zip(SCHEMA, columns, strict=True)), schema=SCHEMA)


def chances_of(
    features: Features,
    tokens: Sequence[Sequence[str]],
    tags: Sequence[Sequence[str]],
    labels: LabelSet,
    config: ProbeConfig,
) -> OutOfFold:
    """As `out_of_fold`, on features that were made before: for many label sets of the same queries."""
    folds = fold_of([" ".join(query) for query in tokens], config.folds, config.seed)
    given = np.array([_number(tag, labels) for query in tags for tag in query], dtype=np.int64)
    starts = np.cumsum([0, *(len(query) for query in tokens)])
    chances = np.zeros((len(given), len(labels.tags)))
    with threads(config.threads), torch.random.fork_rng(devices=[]):
        for fold in range(config.folds):
            held, rest = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
            network = _fitted(features, given, starts, rest, len(labels.tags), config)
            for some in _batches(held, 4 * config.batch_size):
                words = _words(some, starts)
                with torch.inference_mode():
                    found = network(torch.from_numpy(features[words]), neighbours(some, starts))
                chances[words] = torch.softmax(found, dim=1).double().numpy()
    return OutOfFold(chances, folds)


def fold_of(texts: Sequence[str], folds: int, seed: int) -> NDArray[np.int64]:
    """Folds of like many different texts, cut from the order of their hashes: most queries keep theirs when others
    come and go. Case does not count. ValueError for fewer texts than folds.
    """
    keys = [text.casefold() for text in texts]
    ranked = sorted({*keys}, key=lambda key: sha256(f"{seed} {key}".encode("utf-8", "surrogatepass")).digest())
    if len(ranked) < folds:
        raise ValueError(f"{len(ranked):,} different queries do not fill {folds} folds: give more, or fewer folds")
    rank = {key: place * folds // len(ranked) for place, key in enumerate(ranked)}
    return np.array([rank[key] for key in keys], dtype=np.int64)


def _fitted(
    features: Features,
    given: NDArray[np.int64],
    starts: NDArray[np.int64],
    queries: NDArray[np.int64],
    tags: int,
    config: ProbeConfig,
) -> ProbeNetwork:
    torch.manual_seed(config.seed)
    chance = np.random.default_rng(config.seed)
    network = ProbeNetwork(features.shape[1], tags, hidden=config.hidden, dropout=config.dropout)
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay, fused=True
    )
    steps = config.epochs * -(-len(queries) // config.batch_size)
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 1 / steps, total_iters=steps)
    for _ in range(config.epochs):
        for some in _batches(chance.permutation(queries), config.batch_size):
            words = _words(some, starts)
            if not len(words):
                continue
            scores = network(torch.from_numpy(features[words]), neighbours(some, starts))
            loss = torch.nn.functional.cross_entropy(
                scores, torch.from_numpy(given[words]), label_smoothing=config.smoothing
            )
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            schedule.step()
    return network.eval()


def _batches(queries: NDArray[np.int64], size: int) -> Iterator[NDArray[np.int64]]:
    yield from (queries[start : start + size] for start in range(0, len(queries), size))


def _words(queries: NDArray[np.int64], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers of the words of these queries, in their order."""
    return np.concatenate([np.arange(starts[query], starts[query + 1]) for query in queries])


def _number(tag: str, labels: LabelSet) -> int:
    if tag not in labels.ids:
        raise ValueError(f"the labels hold '{tag}', which the label set has not: {', '.join(labels.tags)}")
    return labels.ids[tag]
