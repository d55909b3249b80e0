"""AdamW with rates by layer and without decay on biases and norms."""

from __future__ import annotations

import re
from typing import Any

import torch

from ecrec_assets.models.tagger.config import TaggerConfig

NO_DECAY = ("bias", "LayerNorm.weight")
LAYER = re.compile(r"\.layer\.(\d+)\.")


def optimiser_of(model: Any, config: TaggerConfig) -> torch.optim.AdamW:
    """Each group's `share` is its part of the learning rate (see `set_rate`).

    With `layer_decay` d the head and the top layer learn at the full rate, the layer below at d times it and so on; the
    word vectors are the lowest layer (Howard and Ruder, ACL 2018; Sun et al., "How to Fine-Tune BERT", 2019).
    """
    groups: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
    layers = int(model.config.num_hidden_layers)
    for name, weights in model.named_parameters():
        if weights.requires_grad:
            decay = 0.0 if name.endswith(NO_DECAY) else config.weight_decay
            groups.setdefault((config.layer_decay ** _depth(name, layers), decay), []).append(weights)
    settings = [
        {"params": weights, "weight_decay": decay, "share": share} for (share, decay), weights in groups.items()
    ]
    return torch.optim.AdamW(settings, lr=config.learning_rate, fused=True)


def _depth(name: str, layers: int) -> int:
    """How many layers stand above these weights, not counting the head."""
    layer = LAYER.search(name)
    if layer:
        return layers - 1 - int(layer[1])
    return layers if ".embeddings." in name else 0


def set_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    """Sets the rate of the top; each group gets its share of it."""
    for group in optimiser.param_groups:
        group["lr"] = rate * group["share"]
