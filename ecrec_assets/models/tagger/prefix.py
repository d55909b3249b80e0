"""Prefix-tuning: vectors that every word of a frozen encoder can attend to (Li and Liang 2021, arXiv:2101.00190).

The vectors are peft's; they are handed over in the encoder's cache of keys and values. peft's own wrapper moves the
query by the length of the prefix, to positions where the base model never saw a first word; here it keeps its own.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

NAME = "prefix"


def add_prefix(encoder: Any, size: int) -> None:
    """`size` keys and values a layer. Raises ValueError for an encoder that takes none."""
    from peft import PrefixEncoder, PrefixTuningConfig

    about = encoder.config
    if about.model_type not in ("bert", "roberta", "xlm-roberta", "electra"):
        raise ValueError(f"prefix-tuning needs an encoder of the BERT family, not {type(encoder).__name__}")
    encoder.requires_grad_(False)
    config = PrefixTuningConfig(
        num_virtual_tokens=size, num_layers=about.num_hidden_layers, token_dim=about.hidden_size
    )
    encoder.add_module(NAME, PrefixEncoder(config))
    encoder.register_forward_pre_hook(_with_prefix, with_kwargs=True)
    encoder.embeddings.register_forward_pre_hook(_own_positions, with_kwargs=True)


def _with_prefix(
    encoder: Any, places: tuple[Any, ...], named: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    from transformers import DynamicCache

    given = (*places[:1], named.get("input_ids"), named.get("inputs_embeds"))
    text: torch.Tensor = next(each for each in given if each is not None)
    mask = named.get("attention_mask")
    mask = torch.ones(text.shape[:2], dtype=torch.long) if mask is None else mask
    pairs = _keys_and_values(encoder, len(text))
    seen = torch.ones((len(text), pairs[0][0].shape[2]), dtype=mask.dtype)
    return places, {**named, "attention_mask": torch.cat([seen, mask], dim=1), "past_key_values": DynamicCache(pairs)}


def _keys_and_values(encoder: Any, queries: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """A layer: keys and values, each queries × heads × prefix × width of a head."""
    about = encoder.config
    heads, width = about.num_attention_heads, about.hidden_size // about.num_attention_heads
    vectors: nn.Embedding = encoder.get_submodule(NAME).embedding
    shape = (len(vectors.weight), about.num_hidden_layers, 2, heads, width)
    of_layers = vectors.weight.view(shape).permute(1, 2, 3, 0, 4)
    return [tuple(part.unsqueeze(0).expand(queries, -1, -1, -1) for part in layer) for layer in of_layers]


def _own_positions(
    _: nn.Module, places: tuple[Any, ...], named: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    return places, {**named, "past_key_values_length": 0}
