"""Parameter-efficient tuning: the encoder stays as it is, and a few weights beside it learn.

    added = add(model, "lora", size=8, steps=620)
    loss = loss + added.penalty()
    added.after_step(0)          # while the gradients of this step are still there

Everything outside the encoder (the head) is trained as always. peft is imported only when it is asked for: that costs
seconds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import torch

from ecrec_assets.models.tagger.bottleneck import add_bottlenecks
from ecrec_assets.models.tagger.prefix import add_prefix
from ecrec_assets.models.tagger.ranks import ADAPTER, Ranks

Tuning = Literal["full", "lora", "adalora", "prefix", "adapter"]
ADDED = "added"  # attribute of the model
PARTS = ("lora_A", "lora_B", "lora_E", "ranknum", "prefix", "bottleneck")


@dataclass(frozen=True)
class Added:
    """The weights that were added to a model, in place.

    `base` is the SHA-256 of the encoder before; `ranks` is AdaLoRA's alone.
    """

    model: Any
    method: Tuning
    size: int
    base: str
    ranks: Ranks | None = None

    def trained(self) -> dict[str, torch.Tensor]:
        """What an adapter file holds: the added weights, and everything else that was trained, such as the head."""
        return {name: weights.detach() for name, weights in self.model.named_parameters() if weights.requires_grad}

    def penalty(self) -> torch.Tensor | float:
        """A term of the loss; 0 but for AdaLoRA."""
        return self.ranks.penalty() if self.ranks else 0.0

    def after_step(self, step: int) -> None:
        """To be called after every step, counted from 0, before gradients are cleared."""
        if self.ranks:
            self.ranks.after_step(step)


def add(model: Any, method: Tuning, *, size: int, steps: int) -> Added | None:
    """Freezes the encoder of `model` and adds what `method` trains; None for `full`, which adds and freezes nothing.

    Args:
        model: a transformers model with an encoder and a head.
        method: lora (Hu et al. 2021, arXiv:2106.09685) and adalora on every linear layer, prefix, or adapter (Houlsby).
        size: rank of LoRA, mean rank of AdaLoRA at its end, vectors of the prefix, width of an adapter.
        steps: of the whole training; AdaLoRA plans its ranks over them.
    """
    if method == "full":
        return None
    encoder = encoder_of(model)
    base, ranks = fingerprint(model), None
    if method == "lora":
        from peft import LoraConfig, inject_adapter_in_model

        inject_adapter_in_model(LoraConfig(r=size, lora_alpha=2 * size, target_modules="all-linear"), encoder)
    elif method == "adalora":
        ranks = Ranks(encoder, size, steps)
    elif method == "prefix":
        add_prefix(encoder, size)
    else:
        add_bottlenecks(encoder, size)
    added = Added(model, method, size, base, ranks)
    setattr(model, ADDED, added)
    return added


def added_to(model: Any) -> Added | None:
    """What `add` added to this model, or to the one that it is a copy of."""
    found: Added | None = getattr(model, ADDED, None)
    return found


def encoder_of(model: Any) -> Any:
    """The part of a transformers model below its head."""
    return getattr(model, model.base_model_prefix)


def fingerprint(model: Any) -> str:
    """SHA-256 over names and weights of the encoder."""
    digest = hashlib.sha256()
    for name, weights in sorted(encoder_of(model).state_dict().items()):
        digest.update(name.encode())
        digest.update(weights.detach().contiguous().numpy().tobytes())
    return digest.hexdigest()


def plain_weights(model: Any) -> dict[str, torch.Tensor]:
    """Weights of the model by the names they had before anything was added; LoRA and AdaLoRA are summed in."""
    return dict(_plain(model))


def _plain(model: Any) -> Iterator[tuple[str, torch.Tensor]]:
    layers = {name: module for name, module in model.named_modules() if hasattr(module, "get_delta_weight")}
    for name, value in model.state_dict().items():
        layer, summed = layers.get(name.removesuffix(".base_layer.weight")), value
        if name.endswith(".base_layer.weight") and layer is not None:
            summed = value + layer.get_delta_weight(ADAPTER).detach()
        if not set(PARTS) & set(name.split(".")):
            yield name.replace(".base_layer.", "."), summed
