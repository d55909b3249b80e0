from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ecrec_assets.prepare import query_noise as noise
from ecrec_assets.prepare.query_forms import words_of

QUERY = [
    words_of("cheap", "Price"),
    words_of("kraft"),
    words_of("shredded mozzarella cheese", "Item"),
    words_of("12 oz"),
    words_of("in the"),
    words_of("dairy products", "Category"),
    words_of("under $ 3", "Price"),
]


def is_valid(tags: list[str]) -> bool:
    return all(
        not tag.startswith("I-") or before[2:] == tag[2:] for before, tag in zip(["O", *tags], tags, strict=False)
    )


@given(st.integers(0, 2**32))
def test_noise_keeps_one_tag_a_word_and_every_span(seed: int) -> None:
    found = noise.noisy(QUERY, Random(seed), chance=1.0)
    assert len(found.tokens) == len(found.tags)
    assert all(found.tokens)
    assert not any(" " in word for word in found.tokens)
    assert is_valid(found.tags)
    assert [tag for tag in found.tags if tag.startswith("B-")] == ["B-Price", "B-Item", "B-Category", "B-Price"]


def test_without_chance_nothing_is_changed() -> None:
    found = noise.noisy(QUERY, Random(0), chance=0.0)
    assert " ".join(found.tokens) == "cheap kraft shredded mozzarella cheese 12 oz in the dairy products under $ 3"
    assert not found.is_noisy


def test_a_typo_changes_one_word_and_never_a_number() -> None:
    words = [("$3.99", "B-Price"), ("lb", "O"), ("cheese", "B-Item")]
    for seed in range(200):
        found = noise.typo(words, Random(seed))
        assert found[:2] == words[:2]
        assert abs(len(found[2][0]) - 6) <= 1
        assert found[2][0][0] == "c"


def test_words_are_glued_inside_a_span_or_between_number_and_unit_only() -> None:
    words = [("ice", "B-Item"), ("cream", "I-Item"), ("12", "O"), ("oz", "O"), ("2", "B-Price"), ("bucks", "I-Price")]
    found = {" ".join(word for word, _ in noise.glued(words, Random(seed))) for seed in range(100)}
    assert found == {"icecream 12 oz 2 bucks", "ice-cream 12 oz 2 bucks", "ice cream 12oz 2 bucks"}


def test_the_last_word_of_an_item_moves_to_its_front_with_the_tags_in_order() -> None:
    words = [("buy", "O"), ("red", "B-Item"), ("bell", "I-Item"), ("peppers", "I-Item")]
    assert noise.swapped(words, Random(0)) == [
        ("buy", "O"), ("peppers", "B-Item"), ("red", "I-Item"), ("bell", "I-Item"),
    ]  # fmt: skip
