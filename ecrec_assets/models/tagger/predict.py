"""Tags of search queries.

tagger = Tagger.load(folder)
tagger.tag(["shredded cheese under $3"])[0].spans
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from ecrec_assets.models.tagger.batches import Example, encode, ordered_batches
from ecrec_assets.models.tagger.labels import TAGS, best_path, spans_of
from ecrec_assets.models.tagger.model import Network, Precision, load, uses_bf16

MOST_CHARACTERS = 512
MOST_WORDS = 64
MOST_PIECES = 160
BATCH = 64
WORD = re.compile(r"\S+")
SURROGATE = re.compile("[\ud800-\udfff]")
EDGE = re.compile(r"[\w$€£¥¢%&+].*[\w$€£¥¢%+]|[\w$€£¥¢%&+]", re.DOTALL)


class Span(NamedTuple):
    """A piece of the query: `text == query[start:end]`; `score` is its least certain word's probability, 0 to 1."""

    type: str
    text: str
    start: int
    end: int
    score: float


class TaggedQuery(NamedTuple):
    """Words by white space, one tag each (valid IOB2), and the spans. `truncated` when the query was too long."""

    tokens: tuple[str, ...]
    tags: tuple[str, ...]
    spans: tuple[Span, ...]
    truncated: bool = False


class WordTags(NamedTuple):
    """Tags of one query's words with the probability of each."""

    tags: list[str]
    scores: list[float]


class Tagger:
    """A trained query tagger. Answers do not depend on what else is in the batch."""

    def __init__(self, network: Network, *, precision: Precision = "auto") -> None:
        self._model, self._tokenizer = network
        self._bf16 = uses_bf16(precision)

    @classmethod
    def load(cls, folder: Path, *, precision: Precision = "auto") -> Tagger:
        """Reads the folder that `train` or `save` wrote. Raises TaggerFolderError."""
        return cls(load(folder), precision=precision)

    def tag(self, texts: Sequence[str]) -> list[TaggedQuery]:
        """One answer a text. Any string has one: an empty one has no words, and of a long one the first
        MOST_CHARACTERS characters and MOST_WORDS words are read. Raises TypeError for what is not a string.
        """
        if isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
            raise TypeError("tag() takes a list of strings; for one query write tag([query])")
        words = [_words(text) for text in texts]
        found = self.tag_words([[word.group() for word in query] for query in words])
        return [_answer(*row) for row in zip(texts, words, found, strict=True)]

    def tag_words(self, queries: Sequence[Sequence[str]]) -> list[WordTags]:
        """As `tag`, for queries that are cut into words already."""
        clean = [[SURROGATE.sub("\N{REPLACEMENT CHARACTER}", word) for word in query] for query in queries]
        examples = encode(self._tokenizer, clean, most_pieces=MOST_PIECES)
        answers: list[WordTags] = [WordTags([], [])] * len(examples)
        for rows, log_probabilities in self._forward(examples):
            for row, of_pieces in zip(rows, log_probabilities, strict=True):
                answers[row] = _decoded(of_pieces, examples[row].firsts)
        return answers

    def _forward(self, examples: Sequence[Example]) -> Iterator[tuple[list[int], NDArray[np.floating]]]:
        self._model.eval()
        for batch in ordered_batches(examples, BATCH, self._tokenizer.pad_token_id):
            with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=self._bf16):
                logits: Any = self._model(input_ids=batch.pieces, attention_mask=batch.mask).logits
            yield batch.rows, torch.log_softmax(logits.float(), dim=-1).numpy()


def _words(text: str) -> list[re.Match[str]]:
    return list(WORD.finditer(text, 0, MOST_CHARACTERS))[:MOST_WORDS]


def _decoded(of_pieces: NDArray[np.floating], firsts: list[int]) -> WordTags:
    """A word the tokenizer has no piece for, such as a lone zero-width mark, is O for certain."""
    nothing = np.where(np.arange(len(TAGS)) == 0, 0.0, -np.inf)
    of_words = np.array([of_pieces[first] if first >= 0 else nothing for first in firsts]).reshape(-1, len(TAGS))
    path = best_path(of_words)
    return WordTags([TAGS[tag] for tag in path], [float(np.exp(of_words[i, tag])) for i, tag in enumerate(path)])


def _answer(text: str, words: list[re.Match[str]], found: WordTags) -> TaggedQuery:
    cut = len(text) > MOST_CHARACTERS and bool(WORD.search(text, MOST_CHARACTERS))
    dropped = len(list(WORD.finditer(text, 0, MOST_CHARACTERS))) > len(words)
    tokens = tuple(word.group() for word in words)
    return TaggedQuery(tokens, tuple(found.tags), tuple(_spans(text, words, found)), cut or dropped)


def _spans(text: str, words: list[re.Match[str]], found: WordTags) -> Iterator[Span]:
    for kind, first, after in spans_of(found.tags):
        start, end = _without_signs(text, words[first].start(), words[after - 1].end())
        yield Span(kind, text[start:end], start, end, min(found.scores[first:after]))


def _without_signs(text: str, start: int, end: int) -> tuple[int, int]:
    """Without commas, quotes and question marks at the ends, if anything else is there."""
    inner = EDGE.search(text, start, end)
    return inner.span() if inner else (start, end)
