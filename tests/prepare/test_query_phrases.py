from __future__ import annotations

import pytest

from ecrec_assets.prepare.query_phrases import key_of, phrases, singular


@pytest.mark.parametrize(
    ("plural", "one"),
    [("berries", "berry"), ("sauces", "sauce"), ("tomatoes", "tomato"), ("peaches", "peach"), ("boxes", "box"),
     ("glass", "glass"), ("citrus", "citrus"), ("ham", "ham"), ("teas", "tea")],
)  # fmt: skip
def test_the_singular_follows_the_ending(plural: str, one: str) -> None:
    assert singular(plural) == one


def test_a_phrase_has_one_key_in_every_order_and_number() -> None:
    assert key_of(["potato", "chips"]) == key_of(["chips", "potato"]) == key_of(["chip", "potatoes"])
    assert key_of(["potato", "chips"]) != key_of(["corn", "chips"])


@pytest.mark.parametrize(
    ("text", "category", "first"),
    [
        ("apples gala", "apples", "gala apples"),
        ("cheese spreads", "cheese", "cheese spreads"),
        ("mainstream white bread", "baked bread buns rolls", "white bread"),
        ("rolls bagels less than 6", "rolls", "rolls bagels"),
        ("soft drinks 12 18 and 15pk can car", "soft drinks", "soft drinks"),
        ("organic mushrooms", "organics fruit and vegetables", "mushrooms"),
    ],
)
def test_a_catalogue_text_is_read_as_a_shopper_would_type_it(text: str, category: str, first: str) -> None:
    assert " ".join(phrases(text, category)[0]) == first


def test_the_parts_of_a_list_are_phrases_too() -> None:
    assert phrases("spices and seasonings") == (("spices",), ("seasonings",), ("spices", "and", "seasonings"))


@pytest.mark.parametrize("text", ["traditional", "miscellaneous", "12 18in", "maybelline", "loreal cosmetics", ""])
def test_a_text_that_names_nothing_gives_no_phrase(text: str) -> None:
    assert phrases(text) == ()
