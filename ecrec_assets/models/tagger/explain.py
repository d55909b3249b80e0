"""Which words made the tagger find a span: integrated gradients on the vectors of its word pieces.

Explainer(Tagger.load(folder)).explain("shredded cheese under $3")[0].words
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch

from ecrec_assets.models.tagger.batches import SPECIAL, Batch, Example, padded
from ecrec_assets.models.tagger.labels import OUTSIDE, spans_of
from ecrec_assets.models.tagger.model import Network
from ecrec_assets.models.tagger.predict import Span, Tagger
from ecrec_assets.models.tagger.segments import IMPOSSIBLE, log_partition, marginals

STEPS = (8, 24, 72)
TOLERANCE = 0.05  # of the difference that the weights have to sum to
PIECES_AT_ONCE = 4_000


class WordWeight(NamedTuple):
    """A word of the query: its part of the log odds of the span, below 0 where it speaks against it, and the score
    that the span has `without` this word, that is with a mask in its place.
    """

    word: str
    weight: float
    without: float


class Explanation(NamedTuple):
    """One found span. The weights of its words sum, but for `error`, to `log_odds - masked_log_odds`."""

    span: Span
    words: tuple[WordWeight, ...]
    log_odds: float
    masked_log_odds: float
    error: float


class Attribution(NamedTuple):
    """Of one span of words: a weight for each word, the log odds of the span with all words and with none."""

    weights: tuple[float, ...]
    log_odds: float
    masked_log_odds: float

    @property
    def error(self) -> float:
        """What the weights do not account for."""
        return abs(sum(self.weights) - (self.log_odds - self.masked_log_odds))

    @property
    def settled(self) -> bool:
        """Completeness holds within TOLERANCE, of a whole unit at least."""
        return self.error <= TOLERANCE * max(1.0, abs(self.log_odds - self.masked_log_odds))


class Place(NamedTuple):
    """A span as `segments` counts: first word, words after the first, and number of the kind."""

    first: int
    width: int
    kind: int


class Explainer:
    """Explains the answers of one tagger. The same query has the same explanation."""

    def __init__(self, tagger: Tagger) -> None:
        self._tagger = tagger

    def explain(self, text: str) -> list[Explanation]:
        """One explanation a span, in the order of the spans of `Tagger.tag`."""
        [answer] = self._tagger.tag([text])
        if not answer.spans:
            return []
        places = self._places(answer.tags)
        found = self.attributions(answer.tokens, places)
        scores = self.without(answer.tokens, answer.tags)
        return [
            Explanation(
                span, _words(answer.tokens, each.weights, left), each.log_odds, each.masked_log_odds, each.error
            )
            for span, each, left in zip(answer.spans, found, scores, strict=True)
        ]

    def attributions(self, words: Sequence[str], places: Sequence[Place]) -> list[Attribution]:
        """For each span what each word adds to its log odds, log p / (1 - p) of the span among all segmentations.

        Integrated gradients from masked words to the words (Sundararajan, Taly, Yan, "Axiomatic Attribution for Deep
        Networks", ICML 2017; captum). Steps are added for the spans whose weights do not yet sum to what they must.
        """
        path = _Path(self._tagger.network, self._tagger.encoded([words])[0])
        found = path.attributions(places, STEPS[0])
        for steps in STEPS[1:]:
            open_ones = [i for i, each in enumerate(found) if not each.settled]
            for i, each in zip(open_ones, path.attributions([places[i] for i in open_ones], steps), strict=True):
                found[i] = each
        return found

    def without(self, words: Sequence[str], tags: Sequence[str]) -> list[list[float]]:
        """Spans of `tags` x words: the score of the span when the word is masked; scores as answers show them."""
        mask = _mask_token(self._tagger.network)
        masked = [[*words[:i], mask, *words[i + 1 :]] for i in range(len(words))]
        ids = self._tagger.labels.ids
        shares = self._tagger.probabilities(masked)
        return [
            [min(float(each[word, ids[tags[word]]]) for word in range(first, after)) for each in shares]
            for _, first, after in spans_of(tags)
        ]

    def _places(self, tags: Sequence[str]) -> list[Place]:
        kinds = (OUTSIDE, *self._tagger.types)
        return [Place(first, after - first - 1, kinds.index(kind)) for kind, first, after in spans_of(tags)]


def _words(words: Sequence[str], weights: Sequence[float], without: Sequence[float]) -> tuple[WordWeight, ...]:
    return tuple(map(WordWeight, words, weights, without))


def _mask_token(network: Network) -> str:
    """What stands for an unknown word; a tokenizer that was never trained on masks has at least padding."""
    return str(network.tokenizer.mask_token or network.tokenizer.pad_token)


class _Path:
    """The way from the masked query to the query, in vectors of pieces [1, pieces, hidden]."""

    def __init__(self, network: Network, example: Example) -> None:
        self.network, self.example = network, example
        self.batch = padded([example], [0], 0, mean=network.reading.pooling == "mean")
        vectors = network.model.get_input_embeddings()
        masking = network.tokenizer.convert_tokens_to_ids(_mask_token(network))
        mask = torch.tensor([[place != SPECIAL for place in example.word_of]])
        with torch.no_grad():
            self.full = vectors(self.batch.pieces)
            self.none = vectors(self.batch.pieces.masked_fill(mask, masking))

    def attributions(self, places: Sequence[Place], steps: int) -> list[Attribution]:
        if not places:
            return []
        from captum.attr import IntegratedGradients

        asked = torch.tensor(places)
        full, none = (each.expand(len(places), -1, -1) for each in (self.full, self.none))
        weights = IntegratedGradients(self.log_odds).attribute(
            full.contiguous(),
            none.contiguous(),
            additional_forward_args=(asked,),
            n_steps=steps,
            internal_batch_size=max(len(places), PIECES_AT_ONCE // len(self.example.pieces)),
        )
        with torch.no_grad():
            ends = [self.log_odds(vectors, asked).tolist() for vectors in (full, none)]
        return [
            Attribution(self._by_word(each), *end) for each, *end in zip(weights.sum(-1).tolist(), *ends, strict=True)
        ]

    def _by_word(self, of_pieces: Sequence[float]) -> tuple[float, ...]:
        weights = [0.0] * len(self.example.firsts)
        for word, weight in zip(self.example.word_of, of_pieces, strict=True):
            if word != SPECIAL:
                weights[word] += weight
        return tuple(weights)

    def log_odds(self, vectors: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
        """log p / (1 - p) of the span asked of each row, exact also where p is near 0 or 1."""
        rows = torch.arange(len(vectors))
        batch = self._repeated(len(vectors))
        scores = self.network.scores(batch, vectors=vectors)
        at = (rows, asked[:, 0], asked[:, 1], asked[:, 2])
        others = scores.clone()
        others[at] = IMPOSSIBLE
        log_share = marginals(scores, batch.lengths)[at].clamp(min=torch.finfo(scores.dtype).tiny).log()
        found: torch.Tensor = log_share + log_partition(scores, batch.lengths) - log_partition(others, batch.lengths)
        return found

    def _repeated(self, times: int) -> Batch:
        one = self.batch
        tensors = (each.expand(times, *each.shape[1:]) for each in one[1:])
        return Batch([0] * times, *tensors)
