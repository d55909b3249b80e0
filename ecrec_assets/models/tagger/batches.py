"""Queries as word pieces, and batches that waste little on padding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, NamedTuple

import torch

from ecrec_assets.models.tagger.labels import IGNORED, TAG_IDS

POOL = 50


class Example(NamedTuple):
    """One query in word pieces. `labels` holds the tag id at the first piece of each word and IGNORED elsewhere;
    `firsts` the position of the first piece of each word, -1 for a word without pieces.
    """

    pieces: list[int]
    labels: list[int]
    firsts: list[int]


class Batch(NamedTuple):
    """Tensors of queries × pieces, as long as the longest of these queries; `rows` are their places in the data."""

    rows: list[int]
    pieces: torch.Tensor
    mask: torch.Tensor
    labels: torch.Tensor


def encode(
    tokenizer: Any, tokens: Sequence[Sequence[str]], tags: Sequence[Sequence[str]] | None = None, *, most_pieces: int
) -> list[Example]:
    """Words to pieces; what does not fit into `most_pieces` is cut off. Without tags every label is IGNORED."""
    if not tokens:
        return []
    words = [list(query) for query in tokens]
    found = tokenizer(words, is_split_into_words=True, truncation=True, max_length=most_pieces)
    return [
        _example(found["input_ids"][row], found.word_ids(row), len(words[row]), tags[row] if tags else None)
        for row in range(len(words))
    ]


def _example(pieces: list[int], word_of: list[int | None], words: int, tags: Sequence[str] | None) -> Example:
    firsts = [-1] * words
    labels = [IGNORED] * len(pieces)
    for place, word in enumerate(word_of):
        if word is not None and firsts[word] == -1:
            firsts[word] = place
            labels[place] = TAG_IDS[tags[word]] if tags else IGNORED
    return Example(pieces, labels, firsts)


def shuffled_batches(examples: Sequence[Example], size: int, pad: int, random: Random) -> Iterator[Batch]:
    """Every example once, in batches of like length and in random order."""
    order = list(range(len(examples)))
    random.shuffle(order)
    pools = [order[i : i + size * POOL] for i in range(0, len(order), size * POOL)]
    groups = [group for pool in pools for group in _by_length(examples, pool, size)]
    random.shuffle(groups)
    yield from (padded(examples, group, pad) for group in groups)


def ordered_batches(examples: Sequence[Example], size: int, pad: int) -> Iterator[Batch]:
    """Every example once, shortest first."""
    yield from (padded(examples, group, pad) for group in _by_length(examples, range(len(examples)), size))


def _by_length(examples: Sequence[Example], rows: Sequence[int], size: int) -> list[list[int]]:
    ranked = sorted(rows, key=lambda row: len(examples[row].pieces))
    return [ranked[i : i + size] for i in range(0, len(ranked), size)]


def padded(examples: Sequence[Example], rows: list[int], pad: int, *, length: int = 0) -> Batch:
    """The rows as one batch, as long as the longest of them (or `length`, if that is more)."""
    width = max(length, *(len(examples[row].pieces) for row in rows))
    pieces = torch.full((len(rows), width), pad, dtype=torch.long)
    labels = torch.full((len(rows), width), IGNORED, dtype=torch.long)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    for i, row in enumerate(rows):
        used = len(examples[row].pieces)
        pieces[i, :used] = torch.tensor(examples[row].pieces)
        labels[i, :used] = torch.tensor(examples[row].labels)
        mask[i, :used] = 1
    return Batch(rows, pieces, mask, labels)
