"""The ways shoppers word a query: each form is a function that fills a pattern with what one product type offers."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from ecrec_assets.prepare import query_words as words
from ecrec_assets.prepare.query_catalogue import Product, ProductType
from ecrec_assets.prepare.query_phrases import Phrase, singular
from ecrec_assets.prepare.query_prices import cheap_words, price_phrase


class Segment(NamedTuple):
    """Words that belong together; `kind` is Item, Category, Price, or empty for words outside every span."""

    words: tuple[str, ...]
    kind: str = ""


class Draw(NamedTuple):
    """What a form may use: a product type, one of its products, another type of the same split, brands, chance."""

    kind: ProductType
    product: Product
    other: ProductType
    brands: tuple[str, ...]
    service: tuple[str, ...]
    random: Random


class CannotFill(Exception):
    """The product type lacks what the form needs; draw again."""


UNITS = ("oz", "ounce", "lb", "lbs", "pound", "liter", "l", "pack", "ct", "count", "gallon", "ml")


def words_of(text: str, kind: str = "") -> Segment:
    return Segment(tuple(text.split()), kind)


def item(draw: Draw, of: ProductType | None = None) -> Segment:
    names = (of or draw.kind).names
    if not names:
        raise CannotFill
    return Segment(_mostly_first(names, draw.random), "Item")


def category(draw: Draw) -> Segment:
    sections = draw.kind.department if draw.random.random() < 0.12 else draw.kind.sections
    if not sections:
        raise CannotFill
    return Segment(_mostly_first(sections, draw.random), "Category")


def thing(draw: Draw) -> Segment:
    """Two in three times an item, else a category."""
    return item(draw) if draw.random.random() < 0.66 else category(draw)


def price(draw: Draw) -> Segment:
    return Segment(tuple(price_phrase(draw.product.price, draw.random)), "Price")


def cheap(draw: Draw) -> Segment:
    return Segment(tuple(cheap_words(draw.random)), "Price")


def size(draw: Draw) -> Segment:
    """The package size as printed, or a usual one; a number that is no price."""
    if draw.product.size and draw.random.random() < 0.7:
        return words_of(draw.product.size)
    if draw.random.random() < 0.1:
        return words_of(f"size {draw.random.randint(1, 12)}")
    count = draw.random.choice((1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 50))
    unit = draw.random.choice(
        ("oz", "ounce", "lb", "lbs", "pound", "liter", "l", "pack", "ct", "count", "gallon", "ml")
    )
    return words_of(f"{count * 250 if unit == 'ml' else count} {unit}")


def brand(draw: Draw) -> Segment:
    """As often a known brand as one that does not exist."""
    if draw.random.random() < 0.5:
        return words_of(draw.random.choice(draw.brands))
    name = "".join(draw.random.choices(words.SYLLABLES, k=draw.random.choice((2, 3, 3))))
    return words_of(name + draw.random.choice(("", "", "", "'s", "s")))


def attribute(draw: Draw) -> Segment:
    return words_of(draw.random.choice(words.ATTRIBUTES))


def audience(draw: Draw) -> Segment:
    return words_of(f"for {draw.random.choice(words.AUDIENCES)}")


def _either_way(draw: Draw, *segments: Segment) -> list[Segment]:
    """The segments, in one case of four the last one first."""
    found = list(segments)
    return [found[-1], *found[:-1]] if draw.random.random() < 0.25 else found


def _maybe(draw: Draw, make: Callable[[Draw], Segment], chance: float) -> list[Segment]:
    return [make(draw)] if draw.random.random() < chance else []


def _mostly_first(found: tuple[Phrase, ...], random: Random) -> Phrase:
    return found[0] if random.random() < 0.5 else random.choice(found)


def _item_in_category(draw: Draw) -> list[Segment]:
    what, where = item(draw), category(draw)
    if {singular(word) for word in what.words} & {singular(word) for word in where.words}:
        raise CannotFill
    if draw.random.random() < 0.3:
        return [where, what]
    place, tail = draw.random.choice(words.PLACES), draw.random.choice(words.PLACE_TAILS)
    return [what, words_of(place), where, *([words_of(tail)] if tail else []), *_maybe(draw, price, 0.2)]


def _item_size(draw: Draw) -> list[Segment]:
    if draw.random.random() < 0.2:
        return [words_of(str(draw.random.randint(2, 12))), thing(draw)]
    return _either_way(draw, *_maybe(draw, brand, 0.15), thing(draw), size(draw))


def _brand_item(draw: Draw) -> list[Segment]:
    if draw.random.random() < 0.12:
        return [brand(draw), *_maybe(draw, size, 0.3), *_maybe(draw, price, 0.4)]
    return [brand(draw), *_maybe(draw, attribute, 0.2), thing(draw), *_maybe(draw, price, 0.25)]


def _attribute_item(draw: Draw) -> list[Segment]:
    what = _either_way(draw, attribute(draw), *_maybe(draw, attribute, 0.15), thing(draw))
    return [*_maybe(draw, cheap, 0.1), *what, *_maybe(draw, price, 0.25)]


def _for_audience(draw: Draw) -> list[Segment]:
    return [
        *_maybe(draw, cheap, 0.15),
        *_maybe(draw, attribute, 0.2),
        thing(draw),
        audience(draw),
        *_maybe(draw, price, 0.2),
    ]


def _question(draw: Draw) -> list[Segment]:
    lead = words_of(draw.random.choice(words.LEADS))
    middle = [*_maybe(draw, cheap, 0.15), *_maybe(draw, attribute, 0.15), thing(draw), *_maybe(draw, price, 0.3)]
    return [lead, *middle, *([words_of(draw.random.choice(words.TAILS))] if draw.random.random() < 0.25 else [])]


def _list(draw: Draw) -> list[Segment]:
    joiner = [words_of(draw.random.choice(words.JOINERS))] if draw.random.random() < 0.7 else []
    return [thing(draw), *joiner, item(draw, draw.other), *_maybe(draw, price, 0.15)]


def _price_only(draw: Draw) -> list[Segment]:
    lead = draw.random.choice(("anything", "everything", "gifts", "something", "items", "stuff", "what is", ""))
    return [*([words_of(lead)] if lead else []), price(draw)]


def _service(draw: Draw) -> list[Segment]:
    return [words_of(draw.random.choice(draw.service)), *_maybe(draw, audience, 0.1)]


FORMS: dict[str, tuple[int, Callable[[Draw], list[Segment]]]] = {
    "item": (13, lambda draw: [item(draw)]),
    "category": (10, lambda draw: [category(draw)]),
    "item_price": (13, lambda draw: _either_way(draw, item(draw), price(draw))),
    "category_price": (9, lambda draw: _either_way(draw, category(draw), price(draw))),
    "item_in_category": (7, _item_in_category),
    "item_size": (8, _item_size),
    "size_price": (6, lambda draw: [*_maybe(draw, brand, 0.15), thing(draw), size(draw), price(draw)]),
    "cheap_and_limit": (5, lambda draw: [cheap(draw), *_maybe(draw, attribute, 0.2), thing(draw), price(draw)]),
    "brand_item": (9, _brand_item),
    "attribute_item": (8, _attribute_item),
    "for_audience": (5, _for_audience),
    "question": (9, _question),
    "list": (5, _list),
    "price_only": (2, _price_only),
    "service": (2, _service),
}
"""Weight and pattern of each form."""


def draw_form(random: Random) -> str:
    return random.choices(list(FORMS), [weight for weight, _ in FORMS.values()])[0]
