"""Queries as word pieces, and batches that waste little on padding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, NamedTuple

import torch

POOL = 50
SPECIAL = -1


class Example(NamedTuple):
    """One query in word pieces. `word_of` has the number of the word of each piece, SPECIAL for pieces of no word;
    `firsts` the position of the first piece of each word, -1 for a word without pieces.
    """

    pieces: list[int]
    word_of: list[int]
    firsts: list[int]


class Batch(NamedTuple):
    """Tensors of queries × pieces, as long as the longest of these queries; `rows` are their places in the data.

    `words` (queries × words × pieces) makes vectors of words out of vectors of pieces, `lengths` counts the words of
    each query, and `blank` (queries × words) marks words without pieces.
    """

    rows: list[int]
    pieces: torch.Tensor
    mask: torch.Tensor
    words: torch.Tensor
    lengths: torch.Tensor
    blank: torch.Tensor


def encode(tokenizer: Any, tokens: Sequence[Sequence[str]], *, most_pieces: int) -> list[Example]:
    """Words to pieces; what does not fit into `most_pieces` is cut off."""
    if not tokens:
        return []
    words = [list(query) for query in tokens]
    found = tokenizer(words, is_split_into_words=True, truncation=True, max_length=most_pieces)
    return [_example(found["input_ids"][row], found.word_ids(row), len(words[row])) for row in range(len(words))]


def _example(pieces: list[int], word_of: list[int | None], words: int) -> Example:
    firsts = [-1] * words
    for place, word in enumerate(word_of):
        if word is not None and firsts[word] == -1:
            firsts[word] = place
    return Example(pieces, [SPECIAL if word is None else word for word in word_of], firsts)


def shuffled_batches(
    examples: Sequence[Example], size: int, pad: int, random: Random, *, mean: bool = False, order: Sequence[int] = ()
) -> Iterator[Batch]:
    """Every example once (or those that `order` names, as often), in batches of like length and in random order."""
    rows = list(order or range(len(examples)))
    random.shuffle(rows)
    pools = [rows[i : i + size * POOL] for i in range(0, len(rows), size * POOL)]
    groups = [group for pool in pools for group in _by_length(examples, pool, size)]
    random.shuffle(groups)
    yield from (padded(examples, group, pad, mean=mean) for group in groups)


def ordered_batches(examples: Sequence[Example], size: int, pad: int, *, mean: bool = False) -> Iterator[Batch]:
    """Every example once, shortest first."""
    yield from (padded(examples, group, pad, mean=mean) for group in _by_length(examples, range(len(examples)), size))


def _by_length(examples: Sequence[Example], rows: Sequence[int], size: int) -> list[list[int]]:
    ranked = sorted(rows, key=lambda row: len(examples[row].pieces))
    return [ranked[i : i + size] for i in range(0, len(ranked), size)]


def padded(examples: Sequence[Example], rows: list[int], pad: int, *, length: int = 0, mean: bool = False) -> Batch:
    """The rows as one batch, as long as the longest of them (or `length`, if that is more).

    A word is the mean of its pieces with `mean`, else its first piece.
    """
    width = max(length, *(len(examples[row].pieces) for row in rows))
    most = max(1, *(len(examples[row].firsts) for row in rows))
    pieces = torch.full((len(rows), width), pad, dtype=torch.long)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    words = torch.zeros((len(rows), most, width))
    for i, row in enumerate(rows):
        example = examples[row]
        pieces[i, : len(example.pieces)] = torch.tensor(example.pieces)
        mask[i, : len(example.pieces)] = 1
        places = [(word, place) for place, word in enumerate(example.word_of) if word != SPECIAL]
        for word, place in places if mean else enumerate(example.firsts):
            if place >= 0:
                words[i, word, place] = 1
    lengths = torch.tensor([len(examples[row].firsts) for row in rows])
    blank = (words.sum(-1) == 0) & (torch.arange(most)[None] < lengths[:, None])
    return Batch(rows, pieces, mask, words / words.sum(-1, keepdim=True).clamp(min=1), lengths, blank)
