"""What happens to a query between the head and the search box: slips of the finger, short forms, signs, capitals.

Labels stay with the words: a word that is written wrongly still means the same thing.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from ecrec_assets.prepare.query_forms import Segment
from ecrec_assets.prepare.query_phrases import singular
from ecrec_assets.prepare.query_words import SHORT_FORMS

NEIGHBOURS = {
    **{"q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok", "o": "ipl"},
    **{"p": "ol", "a": "qsz", "s": "adw", "d": "sfe", "f": "dgr", "g": "fht", "h": "gjy", "j": "hku", "k": "jli"},
    **{"l": "kop", "z": "asx", "x": "zcs", "c": "xvd", "v": "cbf", "b": "vng", "n": "bmh", "m": "nkj"},
}
SHORTEST_TYPO = 4


class Labelled(NamedTuple):
    """A query as words with one tag each, and whether anything was done to it."""

    tokens: list[str]
    tags: list[str]
    is_noisy: bool


def noisy(segments: list[Segment], random: Random, *, chance: float) -> Labelled:
    """The segments as tagged words; with `chance` one or two kinds of noise are put on them."""
    words = [(word, tag) for segment in segments for word, tag in _tagged(segment)]
    clean = list(words)
    if random.random() < chance:
        for _ in range(random.choice((1, 1, 2))):
            words = random.choices(KINDS, WEIGHTS)[0](words, random)
    return Labelled([word for word, _ in words], [tag for _, tag in words], words != clean)


Words = list[tuple[str, str]]


def _tagged(segment: Segment) -> Words:
    if not segment.kind:
        return [(word, "O") for word in segment.words]
    return [(word, f"{'I' if i else 'B'}-{segment.kind}") for i, word in enumerate(segment.words)]


def typo(words: Words, random: Random) -> Words:
    """One letter left out, doubled, swapped with the next, or replaced by a neighbour on the keyboard."""
    i = _pick(words, random, lambda word: len(word) >= SHORTEST_TYPO and word.isalpha())
    if i is None:
        return words
    word, at = words[i][0], random.randint(1, len(words[i][0]) - 2)
    letter = random.choice(NEIGHBOURS.get(word[at].lower(), word[at]))
    shapes = (
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + letter + word[at + 1 :],
    )
    return _replaced(words, i, random.choice(shapes))


def other_number(words: Words, random: Random) -> Words:
    """Singular for plural or the other way round, on the last word of an item or a category."""
    ends = [i for i, (_, tag) in enumerate(words) if tag[2:] in ("Item", "Category") and _is_end(words, i)]
    if not ends:
        return words
    i = random.choice(ends)
    word = words[i][0]
    return _replaced(words, i, singular(word) if singular(word) != word else _plural(word))


def short_form(words: Words, random: Random) -> Words:
    i = _pick(words, random, lambda word: word in SHORT_FORMS)
    return words if i is None else _replaced(words, i, SHORT_FORMS[words[i][0]])


def capitals(words: Words, random: Random) -> Words:
    change = random.choice((str.title, str.upper, str.upper))
    return [(change(word), tag) for word, tag in words]


def signs(words: Words, random: Random) -> Words:
    """A comma after a word, a question or exclamation mark or dots at the end, or quotes around all."""
    kind = random.choice(("comma", "end", "end", "quotes"))
    if kind == "comma":
        i = random.randrange(len(words))
        return _replaced(words, i, words[i][0] + ",")
    if kind == "end":
        return _replaced(words, len(words) - 1, words[-1][0] + random.choice(("?", "!", ".", "...", "??")))
    quoted = _replaced(words, 0, '"' + words[0][0])
    return _replaced(quoted, len(words) - 1, quoted[-1][0] + '"')


def glued(words: Words, random: Random) -> Words:
    """Two words of one span, or a number and its unit, written as one: `icecream`, `12oz`, `gluten-free`."""
    pairs = [i for i in range(len(words) - 1) if _may_glue(words, i)]
    if not pairs:
        return words
    i = random.choice(pairs)
    between = "-" if words[i][0].isalpha() and random.random() < 0.5 else ""
    return [*words[:i], (words[i][0] + between + words[i + 1][0], words[i][1]), *words[i + 2 :]]


def swapped(words: Words, random: Random) -> Words:
    """The last word of an item first, as catalogues write it: `shredded cheese` as `cheese shredded`."""
    starts = [i for i, (_, tag) in enumerate(words) if tag == "B-Item" and not _is_end(words, i)]
    if not starts:
        return words
    first = random.choice(starts)
    last = next(i for i in range(first, len(words)) if _is_end(words, i))
    order = [last, *range(first, last)]
    span = [(words[i][0], "I-Item" if n else "B-Item") for n, i in enumerate(order)]
    return [*words[:first], *span, *words[last + 1 :]]


KINDS: tuple[Callable[[Words, Random], Words], ...] = (
    *(typo, other_number, glued, signs, capitals, short_form, swapped),
)
WEIGHTS = (34, 20, 14, 12, 8, 8, 6)


def _may_glue(words: Words, i: int) -> bool:
    (word, tag), (after, next_tag) = words[i], words[i + 1]
    same_span = next_tag == f"I-{tag[2:]}" and tag[2:] in ("Item", "Category")
    measure = tag == next_tag == "O" and word.isdigit() and after.isalpha()
    return measure or (same_span and word.isalpha() and after.isalpha())


def _is_end(words: Words, i: int) -> bool:
    return i + 1 == len(words) or not words[i + 1][1].startswith("I-")


def _pick(words: Words, random: Random, wanted: Callable[[str], bool]) -> int | None:
    found = [i for i, (word, _) in enumerate(words) if wanted(word)]
    return random.choice(found) if found else None


def _replaced(words: Words, i: int, word: str) -> Words:
    return [*words[:i], (word, words[i][1]), *words[i + 1 :]]


def _plural(word: str) -> str:
    if word.endswith(("s", "x", "ch", "sh")):
        return word + "es"
    return word[:-1] + "ies" if word.endswith("y") and word[-2:-1] not in "aeiou" else word + "s"
