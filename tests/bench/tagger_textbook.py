"""The recipe of textbooks for tagging with a transformer: every text padded to 128 pieces, tokenised again in every
epoch, 32 a step, AdamW, full precision.

Padding is masked, so it changes what a step costs and not what it learns: `width=None` pads to the longest of the batch
instead, and `largest_difference` shows how far the two outputs are apart.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import torch
from transformers import AutoModelForTokenClassification, AutoTokenizer

from ecrec_assets.models.tagger.labels import LabelSet
from ecrec_assets.models.tagger.model import quiet
from ecrec_assets.models.tagger.scores import span_scores

WIDTH, SIZE, RATE, WARMUP = 128, 32, 1e-4, 0.1
IGNORED = -100
Query = tuple[list[str], list[str]]


class Textbook:
    """One training run on queries of (tokens, tags)."""

    def __init__(self, base: Path, labels: LabelSet, *, seed: int) -> None:
        torch.manual_seed(seed)
        self.labels, self.seed = labels, seed
        with quiet():
            self.tokenizer = AutoTokenizer.from_pretrained(str(base))
            self.model = AutoModelForTokenClassification.from_pretrained(str(base), num_labels=len(labels.tags)).float()
        self.optimiser = torch.optim.AdamW(self.model.parameters(), lr=RATE, weight_decay=0.01)

    def inputs(self, queries: Sequence[Query], width: int | None) -> dict[str, Any]:
        """Tokenised and padded; a word is labelled at its first piece."""
        padding = {"padding": "max_length", "max_length": width} if width else {"padding": True, "max_length": 64}
        words = [tokens for tokens, _ in queries]
        found = self.tokenizer(words, is_split_into_words=True, truncation=True, return_tensors="pt", **padding)
        labels = torch.full(found["input_ids"].shape, IGNORED)
        for row, (_, tags) in enumerate(queries):
            for place, word in first_pieces(found.word_ids(row)):
                labels[row, place] = self.labels.ids[tags[word]]
        return {**found, "labels": labels}

    def step(self, queries: Sequence[Query], rate: float, width: int | None) -> float:
        self.optimiser.param_groups[0]["lr"] = rate
        loss = self.model(**self.inputs(queries, width)).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad()
        return float(loss.item())

    def train(self, queries: Sequence[Query], *, epochs: int, width: int | None) -> None:
        """All epochs, rate rising and falling in a line, batches in random order."""
        self.model.train()
        steps = epochs * -(-len(queries) // SIZE)
        warm = max(1, round(steps * WARMUP))
        for number, batch in enumerate(_batches(queries, epochs, self.seed)):
            self.step(batch, RATE * min(1.0, (number + 1) / warm, (steps - number) / max(1, steps - warm)), width)

    def queries_per_second(self, queries: Sequence[Query], *, steps: int, width: int | None) -> float:
        """Of `steps` steps after one that is not counted."""
        self.model.train()
        batches = list(_batches(queries, 1, self.seed))[: steps + 1]
        self.step(batches[0], RATE, width)
        started = time.perf_counter()
        for batch in batches[1:]:
            self.step(batch, RATE, width)
        return SIZE * steps / (time.perf_counter() - started)

    def span_f1(self, queries: Sequence[Query]) -> float:
        """Strict; each word gets the likeliest tag of its first piece."""
        self.model.eval()
        found: list[list[str]] = []
        with torch.inference_mode():
            for start in range(0, len(queries), SIZE):
                found += self._tags(queries[start : start + SIZE])
        return span_scores([tags for _, tags in queries], found).span_f1

    def _tags(self, queries: Sequence[Query]) -> list[list[str]]:
        inputs = self.inputs(queries, None)
        likeliest = self.model(**inputs).logits.argmax(-1)
        return [
            [self.labels.tags[tag] for tag in row[labelled].tolist()]
            for row, labelled in zip(likeliest, inputs["labels"] != IGNORED, strict=True)
        ]


class Difference(NamedTuple):
    """Largest difference of any output of a real piece, and of the loss."""

    outputs: float
    loss: float


def largest_difference(run: Textbook, queries: Sequence[Query]) -> Difference:
    """Between padding to 128 pieces and to the longest query."""
    run.model.eval()
    with torch.inference_mode():
        wide, narrow = (run.inputs(queries, width) for width in (WIDTH, None))
        one, other = run.model(**wide), run.model(**narrow)
    real = narrow["attention_mask"].bool()
    cut = one.logits[:, : real.shape[1]]
    return Difference(float((cut - other.logits)[real].abs().max()), abs(float(one.loss - other.loss)))


def first_pieces(word_of: Sequence[int | None]) -> Iterator[tuple[int, int]]:
    """Place and word of each first piece."""
    before: int | None = None
    for place, word in enumerate(word_of):
        if word is not None and word != before:
            yield place, word
        before = word


def _batches(queries: Sequence[Query], epochs: int, seed: int) -> Iterator[list[Query]]:
    for epoch in range(epochs):
        order = Random(seed * 1_000 + epoch).sample(range(len(queries)), len(queries))
        yield from ([queries[i] for i in order[start : start + SIZE]] for start in range(0, len(order), SIZE))
