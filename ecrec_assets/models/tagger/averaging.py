"""A moving average of the weights, which is what is validated and kept.

Weights late in training swing around a good place; their average lies nearer to it (Polyak and Juditsky 1992; Izmailov
et al., "Averaging Weights Leads to Wider Optima", UAI 2018).
"""

from __future__ import annotations

import copy

import torch

from ecrec_assets.models.tagger.model import Network


class Average:
    """The average of a network's weights; its own copy of the model."""

    def __init__(self, network: Network, decay: float) -> None:
        self.network = network._replace(model=copy.deepcopy(network.model))
        self._decay, self._followed = decay, list(network.model.parameters())
        self._own = list(self.network.model.parameters())

    @torch.no_grad()
    def update(self, step: int) -> None:
        """After each step, counted from 1. Early on the decay is smaller, so that the start is forgotten."""
        decay = min(self._decay, (1 + step) / (10 + step))
        torch._foreach_lerp_(self._own, [weights.detach() for weights in self._followed], 1 - decay)
