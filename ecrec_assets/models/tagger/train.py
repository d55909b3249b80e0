"""Fine-tunes the base model on tagged queries."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl
import torch

from ecrec_assets.models.tagger import checkpoint, targets
from ecrec_assets.models.tagger.balance import query_weights
from ecrec_assets.models.tagger.batches import encode
from ecrec_assets.models.tagger.config import TaggerConfig
from ecrec_assets.models.tagger.epochs import Data, Epochs
from ecrec_assets.models.tagger.labels import LabelSet
from ecrec_assets.models.tagger.model import MOST_WIDTH, Network, Reading, from_base, threads
from ecrec_assets.models.tagger.soft_targets import Segment


class TrainedTagger(NamedTuple):
    """`folder` can be given to `Tagger.load`; `history` has one row of metrics an epoch, `best` counts from 0."""

    folder: Path
    history: tuple[dict[str, float], ...]
    best: int


def _ignore(*_: object) -> None:
    """The default of both callbacks."""


def train(
    queries: pl.LazyFrame,
    config: TaggerConfig,
    *,
    types: Sequence[str],
    base: Path | str,
    folder: Path,
    on_epoch: Callable[[dict[str, float]], object] = _ignore,
    on_step: Callable[[int, int], object] = _ignore,
) -> TrainedTagger:
    """Trains on split `train` of `queries` (tokens, tags, split), chooses the epoch by span F1 on `validation`.

    `types` are the span types of the tags, as the contract of the queries names them. Column `weight`, if there is one,
    says how much a query counts, and `soft` what it should be read as instead of its tags (see `soft_targets`).
    The model is written to `folder/model`. After each epoch `on_epoch` gets its metrics and a checkpoint is kept in
    `folder/checkpoint`; the same call after a kill goes on from it and ends in the same weights. `on_step` gets the
    steps done and all steps. The same seed and thread count give the same weights. Raises ValueError, before any
    training, where a split is missing or a query has a tag that is unknown, out of place or one too many.
    """
    labels = LabelSet(tuple(types))
    rows = _rows(queries, labels)
    with threads(config.threads), torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        learned = targets.segments(rows.filter(pl.col("split") == "train"))
        network = from_base(base, labels, _reading(config, learned), dropout=config.dropout)
        data = _data(rows, learned, network, config)
        run = Epochs(config, network, data, folder / "checkpoint", on_step)
        state = run.finish(_fingerprint(rows, config, base, labels), on_epoch)
    return TrainedTagger(checkpoint.publish(folder / "checkpoint", folder / "model"), tuple(state.history), state.best)


def _rows(queries: pl.LazyFrame, labels: LabelSet) -> pl.DataFrame:
    optional = [name for name in ("weight", "soft") if name in queries.collect_schema().names()]
    rows = queries.select("tokens", "tags", "split", *optional).filter(pl.col("split").is_in(targets.NEEDED)).collect()
    targets.check(rows, labels)
    return rows


def _reading(config: TaggerConfig, learned: Sequence[Sequence[Segment]]) -> Reading:
    widest = targets.longest(learned, MOST_WIDTH) if config.head == "segments" else MOST_WIDTH
    price = 0.5 if config.span_price is None else config.span_price
    return Reading(
        head=config.head,
        pooling=config.pooling,
        size=config.head_size,
        longest=widest,
        decoding=config.decoding,
        price=price,
    )


def _data(rows: pl.DataFrame, learned: list[list[Segment]], network: Network, config: TaggerConfig) -> Data:
    train, validation = (rows.filter(pl.col("split") == split) for split in targets.NEEDED)
    examples = encode(network.tokenizer, train["tokens"].to_list(), most_pieces=config.most_pieces)
    given = train["weight"].to_list() if "weight" in train.columns else [1.0] * len(train)
    rarity = query_weights(learned) if config.balance != "none" else [1.0] * len(train)
    return Data(examples, learned, given, rarity, validation["tokens"].to_list(), validation["tags"].to_list())


def _fingerprint(rows: pl.DataFrame, config: TaggerConfig, base: Path | str, labels: LabelSet) -> str:
    """Changes with the data, the settings and the name of the base; a checkpoint of another run is not resumed."""
    settled = config.model_dump_json() + str(base) + repr(labels.types) + repr(rows.to_dict(as_series=False))
    return hashlib.sha256(settled.encode("utf-8", "surrogatepass")).hexdigest()
