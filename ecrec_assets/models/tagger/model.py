"""The network: a BERT-family encoder, vectors of words, and a head that scores their segments.

The model is a transformers model for token classification. With `head="segments"` a `SegmentHead` stands beside its
linear layer and takes its place; both live in one `model.safetensors`, and `config.json` says under `tagger` which head
reads the words, and how.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError, safe_open
from transformers import AutoModelForTokenClassification, AutoTokenizer
from transformers.utils import logging as transformers_logging

from ecrec_assets.models.tagger import adapter_folder
from ecrec_assets.models.tagger.batches import Batch
from ecrec_assets.models.tagger.labels import LabelSet
from ecrec_assets.models.tagger.segment_head import SegmentHead, segments_of_tags
from ecrec_assets.models.tagger.segments import only_possible

Precision = Literal["auto", "fp32", "bf16"]
ABOUT, HEAD = "tagger", "segment_head"
MOST_WIDTH = 16


class TaggerFolderError(ValueError):
    """A folder that holds no query tagger; the message names it and what is wrong."""


class Reading(BaseModel):
    """How words are read: it stands in config.json, so that a folder says by itself how its model is used."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    head: Literal["tokens", "segments"] = Field("tokens", description="tags word by word, or whole segments")
    pooling: Literal["first", "mean"] = Field("first", description="pieces that stand for a word")
    size: int = Field(256, ge=1, description="hidden width of the segment head")
    longest: int = Field(MOST_WIDTH, ge=1, le=64, description="words of the widest segment")
    decoding: Literal["likeliest", "expected_f1"] = Field("likeliest", description="how tags follow from the scores")
    price: float = Field(0.5, ge=0, le=1, description="least probability of a span, for decoding by expected F1")


class Network(NamedTuple):
    """The encoder with its head, the tokenizer that belongs to it, and the labels it gives."""

    model: Any
    tokenizer: Any
    labels: LabelSet

    @property
    def reading(self) -> Reading:
        """How its words are read."""
        return Reading(**getattr(self.model.config, ABOUT, {}))

    def read_as(self, reading: Reading) -> None:
        """Changes how words are read; the head itself stays."""
        setattr(self.model.config, ABOUT, reading.model_dump())

    def scores(self, batch: Batch, *, vectors: torch.Tensor | None = None) -> torch.Tensor:
        """Queries × words × widths × kinds (see `segments`), fp32. `vectors` stand for the pieces' own, if given."""
        reading = self.reading
        if reading.head == "tokens":
            widths = min(reading.longest, batch.words.shape[1])
            scores = segments_of_tags(self.log_probabilities(batch, vectors=vectors), widths)
        else:
            pieces = self.model.base_model(**_inputs(batch, vectors)).last_hidden_state
            scores = getattr(self.model, HEAD)(batch.words.to(pieces.dtype) @ pieces).float()
        return only_possible(scores, batch.lengths, batch.blank)

    def log_probabilities(self, batch: Batch, *, vectors: torch.Tensor | None = None) -> torch.Tensor:
        """Queries × words × tags of a head that tags word by word, fp32."""
        logits = self.model(**_inputs(batch, vectors)).logits.float()
        return torch.log_softmax(batch.words @ logits, dim=-1)


def _inputs(batch: Batch, vectors: torch.Tensor | None) -> dict[str, torch.Tensor]:
    pieces = {"input_ids": batch.pieces} if vectors is None else {"inputs_embeds": vectors}
    return {**pieces, "attention_mask": batch.mask}


def from_base(
    base: Path | str, labels: LabelSet, reading: Reading | None = None, *, dropout: float | None = None
) -> Network:
    """A new tagger on a base checkpoint (a folder, or a name the hub knows); its head is random."""
    reading = reading or Reading()
    named: dict[str, Any] = {"num_labels": len(labels.tags), "id2label": dict(enumerate(labels.tags))}
    named["label2id"] = dict(labels.ids)
    if dropout is not None:
        named |= {"hidden_dropout_prob": dropout, "attention_probs_dropout_prob": dropout}
    with quiet():
        model = AutoModelForTokenClassification.from_pretrained(
            str(base), use_safetensors=True, ignore_mismatched_sizes=True, **named
        )
        network = Network(model.float(), AutoTokenizer.from_pretrained(str(base)), labels)
    network.read_as(reading)
    add_head(network)
    return network


def add_head(network: Network) -> None:
    """Puts the head beside the linear layer that `reading` asks for; its weights are random."""
    reading, config = network.reading, network.model.config
    if reading.head == "segments":
        dropout = float(getattr(config, "hidden_dropout_prob", 0.1))
        types = len(network.labels.types)
        head = SegmentHead(config.hidden_size, types, size=reading.size, longest=reading.longest, dropout=dropout)
        network.model.add_module(HEAD, head)
        network.model.classifier.requires_grad_(False)  # not used


def load(folder: Path) -> Network:
    """A trained tagger from its folder. Raises TaggerFolderError; never unpickles and never uses the network."""
    missing = [name for name in ("model.safetensors", "config.json", "tokenizer.json") if not (folder / name).is_file()]
    if missing:
        raise TaggerFolderError(f"{folder} holds no query tagger: {', '.join(missing)} missing. Train one first.")
    try:
        with quiet():
            model = AutoModelForTokenClassification.from_pretrained(folder, use_safetensors=True, local_files_only=True)
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        network = Network(model, tokenizer, labels_of(folder, model.config.id2label))
        add_head(network)
        adapter_folder.attach(model, folder)
        _fill_head(network, folder / "model.safetensors")
    except (OSError, RuntimeError, KeyError, AttributeError, SafetensorError, ValidationError, TypeError) as error:
        raise TaggerFolderError(f"{folder} cannot be read as a query tagger: {error}") from error
    except ValueError as error:
        if isinstance(error, TaggerFolderError):
            raise
        raise TaggerFolderError(f"{folder} cannot be read as a query tagger: {error}") from error
    model.eval()
    return network


def _fill_head(network: Network, weights: Path) -> None:
    """Puts the saved weights into the segment head; raises RuntimeError where one is missing or of another shape."""
    if network.reading.head == "segments":
        with safe_open(weights, "pt") as saved:
            names = [name for name in saved.keys() if name.startswith(f"{HEAD}.")]  # noqa: SIM118  (not a mapping)
            found = {name.removeprefix(f"{HEAD}."): saved.get_tensor(name) for name in names}
        getattr(network.model, HEAD).load_state_dict(found)


def labels_of(folder: Path, id2label: dict[int, str]) -> LabelSet:
    """The label set that the model was trained on."""
    found = tuple(str(id2label.get(i)) for i in range(len(id2label)))
    try:
        labels = LabelSet.of_tags(found)
    except ValueError as error:
        raise TaggerFolderError(f"{folder} holds no query tagger: {error}") from error
    if found != labels.tags:
        raise TaggerFolderError(f"{folder} holds a model with the labels {found}, not {labels.tags}")
    return labels


def save(network: Network, folder: Path, weights: Mapping[str, torch.Tensor] | None = None) -> None:
    """Writes model.safetensors (of `weights`, if given), config.json with labels and reading, and the tokenizer."""
    with quiet():
        network.model.save_pretrained(folder, state_dict=weights)
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
