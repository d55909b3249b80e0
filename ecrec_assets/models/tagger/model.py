"""The network: a BERT-family encoder with one linear layer over the first piece of each word."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

import torch
from safetensors import SafetensorError
from transformers import AutoModelForTokenClassification, AutoTokenizer
from transformers.utils import logging as transformers_logging

from ecrec_assets.models.tagger.labels import TAG_IDS, TAGS

Precision = Literal["auto", "fp32", "bf16"]


class TaggerFolderError(ValueError):
    """A folder that holds no query tagger; the message names it and what is wrong."""


class Network(NamedTuple):
    """The encoder with its head, and the tokenizer that belongs to it."""

    model: Any
    tokenizer: Any


def from_base(base: Path | str) -> Network:
    """A new tagger on a base checkpoint (a folder, or a name the hub knows); its head is random."""
    labels = {"num_labels": len(TAGS), "id2label": dict(enumerate(TAGS)), "label2id": dict(TAG_IDS)}
    with quiet():
        model = AutoModelForTokenClassification.from_pretrained(str(base), use_safetensors=True, **labels)
        return Network(model.float(), AutoTokenizer.from_pretrained(str(base)))


def load(folder: Path) -> Network:
    """A trained tagger from its folder. Raises TaggerFolderError; never unpickles and never uses the network."""
    missing = [name for name in ("model.safetensors", "config.json", "tokenizer.json") if not (folder / name).is_file()]
    if missing:
        raise TaggerFolderError(f"{folder} holds no query tagger: {', '.join(missing)} missing. Train one first.")
    try:
        with quiet():
            model = AutoModelForTokenClassification.from_pretrained(folder, use_safetensors=True, local_files_only=True)
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, RuntimeError, KeyError, AttributeError, SafetensorError) as error:
        raise TaggerFolderError(f"{folder} cannot be read as a query tagger: {error}") from error
    found = tuple(model.config.id2label.get(i) for i in range(len(model.config.id2label)))
    if found != TAGS:
        raise TaggerFolderError(f"{folder} holds a model with the labels {found}, not {TAGS}")
    return Network(model.eval(), tokenizer)


def save(network: Network, folder: Path) -> None:
    """Writes model.safetensors, config.json with the labels, and the tokenizer's files."""
    with quiet():
        network.model.save_pretrained(folder)
        network.tokenizer.save_pretrained(folder)


def has_native_bf16() -> bool:
    """True when this processor multiplies bfloat16 itself; where it does not, bfloat16 is slower than float32."""
    can = torch.cpu.get_capabilities()
    return bool(can.get("avx512_bf16") or can.get("amx_bf16"))


def uses_bf16(precision: Precision) -> bool:
    return precision == "bf16" or (precision == "auto" and has_native_bf16())


@contextmanager
def quiet() -> Iterator[None]:
    """No progress bar and no note that the head is new: that it is new is the point."""
    level, bars = transformers_logging.get_verbosity(), transformers_logging.is_progress_bar_enabled()
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        transformers_logging.set_verbosity(level)
        if bars:
            transformers_logging.enable_progress_bar()


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Torch uses `count` threads inside, and what it used before outside."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
