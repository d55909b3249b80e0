from __future__ import annotations

import math
import time
from itertools import permutations, product
from pathlib import Path
from statistics import mean

import polars as pl
import pytest

from ecrec_assets.models.tagger.config import TaggerConfig
from ecrec_assets.models.tagger.explain import TOLERANCE, Explainer, Explanation
from ecrec_assets.models.tagger.labels import spans_of
from ecrec_assets.models.tagger.predict import MOST_WORDS, Tagger
from ecrec_assets.models.tagger.train import train
from tests.models.tagger.conftest import ITEMS, LABELS, PRICES

FILLER = ["please", "the", "for"]


def rows() -> list[tuple[str, list[str], list[str]]]:
    """Item, price and filler in every order, so that only the words tell what they are."""
    made = []
    for k, (item, price) in enumerate(product(ITEMS, PRICES)):
        parts = [(item.split(), "Item"), (price, "Price"), ([FILLER[k % 3]], "")]
        for n, order in enumerate(permutations(parts)):
            tags = [_tag(place, kind) for words, kind in order for place in range(len(words))]
            made.append(("validation" if n == k % 6 else "train", [word for words, _ in order for word in words], tags))
    return made


def _tag(place: int, kind: str) -> str:
    return f"{'I' if place else 'B'}-{kind}" if kind else "O"


QUERIES = [" ".join(words) for split, words, _ in rows() if split == "validation"]
UNUSUAL = [
    *("🍕 pizza 🍕🍕 under $5", "👩‍👩‍👧 dinner", "חלב במבצע", "تفاح أقل من 5", "\u202emilk", "牛奶 cheap milk 两块"),
    *("mi\u200blk", "\u200b", "\u200b \ufeff \u00ad milk", "\ud800 milk", "milk\udfff", "\x00\x00", "$$$ ??? !!!"),
]


@pytest.fixture(scope="module")
def tagger(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Tagger:
    """A tiny network that has learnt the items and prices."""
    config = TaggerConfig(
        epochs=10, batch_size=16, learning_rate=5e-3, train_embeddings=True, precision="fp32", threads=1
    )
    folder = tmp_path_factory.mktemp("explained")
    queries = pl.LazyFrame(rows(), schema=["split", "tokens", "tags"], orient="row")
    trained = train(queries, config, types=LABELS.types, base=tiny_base, folder=folder)
    return Tagger.load(trained.folder, precision="fp32")


@pytest.fixture(scope="module")
def explained(tagger: Tagger) -> list[Explanation]:
    explainer = Explainer(tagger)
    return [each for query in QUERIES for each in explainer.explain(query)]


def test_the_weights_of_the_words_sum_to_what_the_words_do(explained: list[Explanation]) -> None:
    assert len(explained) >= len(QUERIES)
    for each in explained:
        difference = each.log_odds - each.masked_log_odds
        assert each.error <= TOLERANCE * max(1.0, abs(difference))
        assert sum(word.weight for word in each.words) == pytest.approx(difference, abs=each.error + 1e-4)


def test_masking_the_word_with_the_most_weight_lowers_the_score_most(explained: list[Explanation]) -> None:
    falls = []
    for each in explained:
        ranked = sorted(each.words, key=lambda word: -word.weight)
        falls.append([each.span.score - word.without for word in ranked])
    most, any_word, least = mean(row[0] for row in falls), mean(map(mean, falls)), mean(row[-1] for row in falls)
    assert most > any_word + 0.1
    assert most > least + 0.2


def test_the_log_odds_are_those_of_the_span_among_all_segmentations(tagger: Tagger) -> None:
    [answer] = tagger.tag(["apple pie under $3"])
    [shares] = tagger.marginals([answer.tokens])
    kinds = ("O", *tagger.types)
    for each, (kind, first, after) in zip(
        Explainer(tagger).explain("apple pie under $3"), spans_of(answer.tags), strict=True
    ):
        share = float(shares[first, after - first - 1, kinds.index(kind)])
        assert 1 / (1 + math.exp(-each.log_odds)) == pytest.approx(share, abs=1e-4)


def test_the_same_query_has_the_same_explanation_of_the_spans_that_tag_finds(tagger: Tagger) -> None:
    one, again = (Explainer(tagger).explain("dog food under $3") for _ in range(2))
    assert one == again
    assert [each.span for each in one] == list(tagger.tag(["dog food under $3"])[0].spans)
    assert [word.word for word in one[0].words] == ["dog", "food", "under", "$3"]


@pytest.mark.parametrize("text", UNUSUAL)
def test_unusual_strings_are_explained_word_by_word(tagger: Tagger, text: str) -> None:
    [answer] = tagger.tag([text])
    found = Explainer(tagger).explain(text)
    assert len(found) == len(answer.spans)
    for each in found:
        assert [word.word for word in each.words] == text.split()
        assert all(math.isfinite(word.weight) and 0 <= word.without <= 1 for word in each.words)


@pytest.mark.parametrize("text", ["", "  ", "\u3000"])
def test_a_query_without_words_has_nothing_to_explain(tagger: Tagger, text: str) -> None:
    assert Explainer(tagger).explain(text) == []


def test_of_a_megabyte_the_part_that_is_read_is_explained(tagger: Tagger) -> None:
    begun = time.process_time()
    found = Explainer(tagger).explain("rice " * 200_000)
    assert time.process_time() - begun < 30
    assert all(len(each.words) == MOST_WORDS for each in found)
