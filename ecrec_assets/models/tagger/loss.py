"""How far the network is from what a batch should be read as."""

from __future__ import annotations

from typing import NamedTuple

import torch

from ecrec_assets.models.tagger.agreement import disagreement
from ecrec_assets.models.tagger.batches import Batch
from ecrec_assets.models.tagger.config import TaggerConfig
from ecrec_assets.models.tagger.model import Network
from ecrec_assets.models.tagger.segments import log_partition
from ecrec_assets.models.tagger.soft_targets import Segment
from ecrec_assets.models.tagger.targets import shares


class Learned(NamedTuple):
    """Targets and weights of a batch's queries."""

    targets: list[list[Segment]]
    weights: torch.Tensor


def batch_loss(network: Network, batch: Batch, learned: Learned, config: TaggerConfig) -> torch.Tensor:
    """Mean loss a word. With `agreement` the batch is read twice, and what both readings differ by is added."""
    scores = network.scores(batch)
    loss = _negative_log_likelihood(scores, batch, learned, network, config)
    if config.agreement:
        other = network.scores(batch)
        loss = (loss + _negative_log_likelihood(other, batch, learned, network, config)) / 2
        loss = loss + config.agreement * disagreement(scores, other, batch.lengths)
    return (loss * learned.weights).sum() / batch.lengths.sum()


def _negative_log_likelihood(
    scores: torch.Tensor, batch: Batch, learned: Learned, network: Network, config: TaggerConfig
) -> torch.Tensor:
    """One number a query: cross-entropy of the distribution over segmentations against the target.

    The scores of a head that tags word by word are log probabilities already, so no sum over segmentations is taken.
    """
    wanted = shares(learned.targets, scores, network.labels)
    if config.label_smoothing:
        wanted = _smoothed(wanted, config.label_smoothing)
    right = (wanted * scores.clamp(min=-100.0)).sum((1, 2, 3))
    return -right if config.head == "tokens" else log_partition(scores, batch.lengths) - right


def _smoothed(wanted: torch.Tensor, share: float) -> torch.Tensor:
    """A part of each span's share goes to all types alike (Szegedy et al., CVPR 2016)."""
    spans = wanted[..., 1:]
    even = spans.sum(-1, keepdim=True) / spans.shape[-1]
    return torch.cat([wanted[..., :1], (1 - share) * spans + share * even], -1)
