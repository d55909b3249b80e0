"""Tags of search queries.

tagger = Tagger.load(folder)
tagger.tag(["shredded cheese under $3"])[0].spans
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from ecrec_assets.models.tagger.batches import Example, encode, ordered_batches
from ecrec_assets.models.tagger.decode import best_expected_f1, likeliest, tag_shares, tags_of
from ecrec_assets.models.tagger.export import exported
from ecrec_assets.models.tagger.labels import OUTSIDE, LabelSet, spans_of
from ecrec_assets.models.tagger.model import Network, Precision, TaggerFolderError, load, uses_bf16
from ecrec_assets.models.tagger.segments import marginals
from ecrec_assets.models.tagger.soft_targets import LEAST_SHARE, Segment
from ecrec_assets.models.tagger.temperature import TemperatureError, read_temperature

Runtime = Literal["torch", "onnx"]
MOST_CHARACTERS = 512
MOST_WORDS = 64
MOST_PIECES = 160
BATCH = 64
LEAST = 1e-9
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


class Read(NamedTuple):
    """One query: scores and shares of its segments (words × widths × kinds), and shares of tags (words × tags)."""

    scores: NDArray[np.floating]
    shares: NDArray[np.floating]
    tags: NDArray[np.float64]


class Tagger:
    """A trained query tagger. Answers do not depend on what else is in the batch."""

    def __init__(self, network: Network, *, precision: Precision = "auto", temperature: float = 1.0) -> None:
        self._network, self._reading = network, network.reading
        self._bf16, self._temperature = uses_bf16(precision), temperature
        network.model.eval()

    @classmethod
    def load(cls, folder: Path, *, precision: Precision = "auto", runtime: Runtime = "torch") -> Tagger:
        """Reads the folder that `train` or `save` wrote, for runtime onnx the one that `export` wrote.

        Raises TaggerFolderError, and for runtime onnx ExportError.
        """
        try:
            temperature = read_temperature(folder)
        except TemperatureError as error:
            raise TaggerFolderError(str(error)) from error
        network = load(folder) if runtime == "torch" else exported(folder)
        return cls(network, precision=precision, temperature=temperature)

    @property
    def network(self) -> Network:
        """What it runs."""
        return self._network

    @property
    def types(self) -> tuple[str, ...]:
        """Types of span that it knows."""
        return self.labels.types

    @property
    def labels(self) -> LabelSet:
        """Its tags, in the order of the columns of `probabilities`."""
        return self._network.labels

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
        return [self._tagged(read) for read in self._read(queries)]

    def probabilities(self, queries: Sequence[Sequence[str]]) -> list[NDArray[np.float64]]:
        """Words × tags for each query that is cut into words: how likely each tag is, every row summing to 1."""
        return [self._tempered(read.tags) for read in self._read(queries)]

    def segments(self, queries: Sequence[Sequence[str]]) -> list[list[Segment]]:
        """For each query that is cut into words its segments of share 0.001 and more; over each word they sum to 1."""
        return [_sparse(read.shares, self.labels) for read in self._read(queries)]

    def marginals(self, queries: Sequence[Sequence[str]]) -> list[NDArray[np.floating]]:
        """As `segments`, as arrays of words × widths × kinds (see `segments.py`)."""
        return [read.shares for read in self._read(queries)]

    def encoded(self, queries: Sequence[Sequence[str]]) -> list[Example]:
        """Queries in word pieces, as the tagger reads them."""
        clean = [[SURROGATE.sub("\N{REPLACEMENT CHARACTER}", word) for word in query] for query in queries]
        return encode(self._network.tokenizer, clean, most_pieces=MOST_PIECES)

    def _read(self, queries: Sequence[Sequence[str]]) -> list[Read]:
        examples, tokenizer = self.encoded(queries), self._network.tokenizer
        found: list[Read | None] = [None] * len(examples)
        mean = self._reading.pooling == "mean"
        for batch in ordered_batches(examples, BATCH, tokenizer.pad_token_id, mean=mean):
            with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=self._bf16):
                scores = self._network.scores(batch).float()
            shares = marginals(scores, batch.lengths).numpy()
            for at, row in enumerate(batch.rows):
                words = len(examples[row].firsts)
                cut = np.s_[at, :words, : max(1, words)]
                found[row] = Read(scores.numpy()[cut], shares[cut], tag_shares(shares[cut], self.labels))
        return [read for read in found if read is not None]

    def _tagged(self, read: Read) -> WordTags:
        if self._reading.decoding == "expected_f1":
            spans = best_expected_f1(read.shares, self._reading.price)
        else:
            spans = likeliest(read.scores)
        tags = tags_of(spans, len(read.tags), self.labels)
        shares = self._tempered(read.tags)
        return WordTags(tags, [float(row[self.labels.ids[tag]]) for row, tag in zip(shares, tags, strict=True)])

    def _tempered(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """Rows that sum to 1, as flat as the temperature says; what cannot be keeps LEAST: its logarithm is finite."""
        powers = np.clip(shares, LEAST, 1) ** (1 / self._temperature)
        tempered: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
        return tempered


def _sparse(shares: NDArray[np.floating], labels: LabelSet) -> list[Segment]:
    kinds = (OUTSIDE, *labels.types)
    places = np.argwhere(shares >= LEAST_SHARE).tolist()
    return [Segment(kinds[kind], first, first + w + 1, float(shares[first, w, kind])) for first, w, kind in places]


def _words(text: str) -> list[re.Match[str]]:
    return list(WORD.finditer(text, 0, MOST_CHARACTERS))[:MOST_WORDS]


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
