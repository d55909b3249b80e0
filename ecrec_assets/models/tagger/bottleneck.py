"""Adapters: small layers between the blocks of a frozen encoder (Houlsby et al. 2019, arXiv:1902.00751, section 2.1).

peft has no method of this kind (0.21), so the layer is written out here.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import nn

BLOCK_ENDS = ("attention.output.dense", "output.dense", "attention.out_lin", "ffn.lin2")  # BERT, RoBERTa; DistilBERT
NAME = "bottleneck"
SPREAD = 1e-2  # of the first weights; the paper's: close enough to nothing that training starts at the base model


class Bottleneck(nn.Module):
    """Down to `size` numbers and up again; what comes out is added to what went in."""

    def __init__(self, width: int, size: int) -> None:
        super().__init__()
        self.down, self.up = nn.Linear(width, size), nn.Linear(size, width)
        for layer in (self.down, self.up):
            nn.init.trunc_normal_(layer.weight, std=SPREAD, a=-2 * SPREAD, b=2 * SPREAD)
            nn.init.zeros_(layer.bias)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        return states + self.up(nn.functional.gelu(self.down(states)))


def add_bottlenecks(encoder: nn.Module, size: int) -> None:
    """One after the attention and one after the feed-forward part of every block, both before the residual sum.

    The names of the encoder's own weights stay as they are. Its norms are trained too, as in the paper. Raises
    ValueError for an encoder whose blocks have other names.
    """
    ends = list(_block_ends(encoder))
    if not ends:
        raise ValueError(f"adapters know the blocks of BERT, RoBERTa and DistilBERT, not of {type(encoder).__name__}")
    encoder.requires_grad_(False)
    for end in ends:
        end.add_module(NAME, Bottleneck(end.out_features, size).to(end.weight.dtype))
        end.register_forward_hook(_through)
    for module in encoder.modules():
        if isinstance(module, nn.LayerNorm):
            module.requires_grad_(True)


def _block_ends(encoder: nn.Module) -> Iterator[nn.Linear]:
    for name, module in encoder.named_modules():
        if isinstance(module, nn.Linear) and name.endswith(BLOCK_ENDS):
            yield module


def _through(end: nn.Module, _: object, states: torch.Tensor) -> torch.Tensor:
    return end.get_submodule(NAME)(states)  # by name, so that a copy of the model goes through its own
