"""How good a network is on the validation queries, which decides on the epoch."""

from __future__ import annotations

from ecrec_assets.models.tagger.config import TaggerConfig
from ecrec_assets.models.tagger.decode import PRICES, best_expected_f1, tags_of
from ecrec_assets.models.tagger.model import Network
from ecrec_assets.models.tagger.predict import Tagger
from ecrec_assets.models.tagger.scores import SpanScores, span_scores


def validated(
    network: Network, tokens: list[list[str]], tags: list[list[str]], config: TaggerConfig
) -> dict[str, float]:
    """Metrics by name. Where the price of a span is to be chosen, the network reads with the best one from now on."""
    tagger = Tagger(network, precision=config.precision)
    if config.decoding == "expected_f1" and config.span_price is None:
        price, scores = _best_price(tagger, tokens, tags)
        network.read_as(network.reading.model_copy(update={"price": price}))
        return _named(scores) | {"span_price": price}
    return _named(span_scores(tags, [answer.tags for answer in tagger.tag_words(tokens)]))


def _best_price(tagger: Tagger, tokens: list[list[str]], tags: list[list[str]]) -> tuple[float, SpanScores]:
    """Of those in PRICES the one of the best span F1; the higher of two equals, which gives fewer spans."""
    shares = tagger.marginals(tokens)
    answers = {
        price: [tags_of(best_expected_f1(of_query, price), len(of_query), tagger.labels) for of_query in shares]
        for price in PRICES
    }
    scores = {price: span_scores(tags, found) for price, found in answers.items()}
    best = max(scores, key=lambda price: (scores[price].span_f1, price))
    return best, scores[best]


def _named(scores: SpanScores) -> dict[str, float]:
    return {f"validation_{name}": value for name, value in scores._asdict().items()}
