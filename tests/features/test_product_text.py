from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from ecrec_assets.features.product_text import ProductTextConfig, product_text_features
from ecrec_assets.features.text_space import CONNECTING, WORD, TextSpace, fit_text_space
from tests.features.shop import TEXTS, Line, Shop

SOLD = Shop([Line(1, product, 1, hour=product) for product in range(1, 7)])
PHRASES = ["whole milk dairy", "chocolate milk dairy", "salt and vinegar crisps", "7 up lemonade"]


def test_the_rarest_words_come_first() -> None:
    found = product_text_features(SOLD.products(), SOLD.transactions(), cutoff_week=2, config=TEXTS).collect()
    keywords = dict(found.select("product_id", "keywords").iter_rows())
    assert set(keywords[2][:1]) == {"whole"}  # "whole milk dairy": milk and dairy are said of other products too
    assert set(keywords[2]) == {"whole", "milk", "dairy"}
    assert all(weights == sorted(weights, reverse=True) for weights in found["keyword_weights"].to_list())


def test_only_the_asked_number_of_keywords_is_kept() -> None:
    config = ProductTextConfig(keywords=2, size=3)
    found = product_text_features(SOLD.products(), SOLD.transactions(), cutoff_week=2, config=config).collect()
    assert found["keywords"].list.len().to_list() == [2] * 6
    assert found["keyword_weights"].list.len().to_list() == [2] * 6


def test_a_product_not_sold_yet_has_no_row() -> None:
    found = product_text_features(SOLD.products(), SOLD.transactions(), cutoff_week=2, config=TEXTS).collect()
    assert sorted(found["product_id"]) == [1, 2, 3, 4, 5, 6]  # the catalogue knows 7


def test_weights_are_those_of_scikit_learn() -> None:
    space = fit_text_space(PHRASES, size=2, seed=0)
    expected = TfidfVectorizer(token_pattern=WORD, stop_words=CONNECTING).fit_transform(PHRASES)
    assert space.weigh(PHRASES).toarray() == pytest.approx(expected.toarray())
    assert "and" not in space.words


def test_a_stored_space_places_texts_as_before() -> None:
    space = fit_text_space(PHRASES, size=2, seed=0)
    restored = TextSpace.from_json(space.to_json())
    assert restored == space
    new = ["fresh milk", "vinegar", "unheard of"]
    assert restored.place(restored.weigh(new)).tolist() == space.place(space.weigh(new)).tolist()


def test_texts_that_share_words_are_near_each_other() -> None:
    space = fit_text_space(PHRASES, size=4, seed=0)
    whole, chocolate, crisps, _ = space.place(space.weigh(PHRASES))
    assert whole @ chocolate > 0.5
    assert whole @ crisps == pytest.approx(0, abs=1e-9)


def test_enough_directions_keep_the_whole_text() -> None:
    space = fit_text_space(PHRASES, size=4, seed=0)
    assert (space.place(space.weigh(PHRASES)) ** 2).sum(axis=1) == pytest.approx([1] * 4)


@pytest.mark.parametrize("texts", [[], ["", "5 %"]])
def test_texts_without_words_give_zero_vectors_and_no_keywords(texts: list[str]) -> None:
    space = TextSpace.from_json(fit_text_space(texts, size=2, seed=0).to_json())
    weighed = space.weigh(texts)
    assert space.place(weighed).tolist() == np.zeros((len(texts), 2)).tolist()
    assert space.keywords(weighed, 3).height == 0
