"""Catalogue texts as phrases a shopper would type, and which label each phrase has.

One phrase has one label everywhere: what names a category or a department is Category, also where a product type has
the same name ("yogurt"); any other phrase of a product type is Item, and it is Item as a whole, also where the name
of a category is part of it ("cheese" in "shredded cheese").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ecrec_assets.prepare.query_prices import CHEAP
from ecrec_assets.prepare.query_words import ATTRIBUTES, BRANDS, CATALOGUE_WORDS, LEFT_ALONE

Phrase = tuple[str, ...]
LONGEST = 3
MOST_WORDS = 4
JOINING = ("and", "or", "with", "without", "of", "the", "no", "non")
BRAND_NAMES = (f"{brand}{kind}" for brand in BRANDS for kind in ("", " fragrances", " cosmetics"))
NAMES_NOTHING = frozenset((*CHEAP, *BRAND_NAMES))
NUMBERED = re.compile(r"\d")  # sizes and counts: `750ml`, `15pk`


def singular(word: str) -> str:
    """The singular of an English noun, by its ending only: `berries` is `berry`, `sauces` is `sauce`."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("shes", "ches", "xes", "zes", "sses", "toes")) else word[:-1]


def key_of(words: Iterable[str]) -> str:
    """The same for every order and number of the same words: `chips potato` and `potato chip` are one phrase."""
    return " ".join(sorted({singular(word) for word in words if word not in JOINING}))


def phrases(text: str, category: str = "") -> tuple[Phrase, ...]:
    """One to four words each, the likeliest first; empty when the text names nothing a shopper would ask for.

    `apples gala` in the category `apples` is read as `gala apples`; `spices and seasonings` also gives its parts.
    """
    words = _shopper_words(text)
    words = _head_last(words, category)
    found = dict.fromkeys(_usable(_windows(words)))
    return tuple(found)


def _shopper_words(text: str) -> list[str]:
    words = re.split(r" less than\b", text)[0].split()
    return [word for word in words if word not in CATALOGUE_WORDS and not NUMBERED.search(word)]


def _head_last(words: list[str], category: str) -> list[str]:
    heads = {singular(word) for word in category.split() if word not in LEFT_ALONE}
    ends = [singular(words[0]) in heads, singular(words[-1]) in heads] if words else [False, False]
    inverted = ends == [True, False] and not words[-1].endswith("s")
    plain = not set(words) & set(JOINING)
    return [*words[1:], words[0]] if inverted and plain else words


def _windows(words: list[str]) -> Iterator[Phrase]:
    """The parts between `and`, of long ones also their ends; the whole last: two names are rarely typed as one."""
    for part in _parts(words):
        yield tuple(part)
        if len(part) > LONGEST:
            yield from (tuple(part[-LONGEST:]), tuple(part[-2:]), tuple(part[:2]))
    yield tuple(words)


def _parts(words: list[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for word in [*words, "and"]:
        if word in ("and", "or"):
            yield part
            part = []
        else:
            part.append(word)


def _usable(found: Iterable[Phrase]) -> Iterator[Phrase]:
    for phrase in found:
        trimmed = _trimmed(phrase)
        if 0 < len(trimmed) <= MOST_WORDS and _names_something(trimmed):
            yield trimmed


def _trimmed(phrase: Phrase) -> Phrase:
    """Without joining words at the ends and without what stands outside every span, such as `organic`."""
    words = list(phrase)
    while words and (words[-1] in (*JOINING, "for", "in") or words[-1] in ATTRIBUTES):
        words.pop()
    while words and (words[0] in JOINING[:-1] or words[0] in ATTRIBUTES):
        words.pop(0)
    return tuple(words)


def _names_something(phrase: Phrase) -> bool:
    return not set(phrase) <= LEFT_ALONE and " ".join(phrase) not in NAMES_NOTHING
