"""A measure written another way: `2 lb`, `2lb`, `2 pounds`; `10 inch`, `10"`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from ecrec_assets.prepare.query_augmentation.parts import parts_of, words_of
from ecrec_assets.prepare.query_augmentation.unit_forms import BY_FORM, BY_SIGN, ways
from ecrec_assets.prepare.query_forms import Segment
from ecrec_assets.prepare.query_noise import Words

_NUMBER = r"\d+(?:[./]\d+)*|\.\d+"
_NUMBER_ALONE = re.compile(_NUMBER)
_ONE_WORD = re.compile(rf"({_NUMBER})-?(\D+)")


class Measure(NamedTuple):
    """A number with a unit, and which words of its part it is: from `first` up to, not including, `after`."""

    number: str
    unit: str
    first: int
    after: int


def unit_form(words: Words, random: Random) -> Words:
    """One measure inside a span, or outside of all, in another form. Its words keep the span's type."""
    parts = parts_of(words)
    able = [(i, measure) for i, part in enumerate(parts) for measure in measures(part.words)]
    if not able:
        return words
    i, measure = random.choice(able)
    before = parts[i].words
    written = before[measure.first : measure.after]
    new = random.choice([way for way in ways(measure.number, measure.unit) if way != written])
    parts[i] = Segment((*before[: measure.first], *new, *before[measure.after :]), parts[i].kind)
    return words_of(parts)


def measures(words: tuple[str, ...]) -> Iterator[Measure]:
    """Every measure in the words, left to right. `2 in 1` is none: `in` before a number is not a unit."""
    lower = [word.lower() for word in words]
    for i, word in enumerate(lower):
        found = _ONE_WORD.fullmatch(word)
        if found and (unit := BY_FORM.get(found[2]) or BY_SIGN.get(found[2])):
            yield Measure(found[1], unit, i, i + 1)
        elif _NUMBER_ALONE.fullmatch(word) and i + 1 < len(lower) and _is_unit(lower, i + 1):
            yield Measure(word, BY_FORM.get(lower[i + 1]) or BY_SIGN[lower[i + 1]], i, i + 2)


def _is_unit(lower: list[str], i: int) -> bool:
    if lower[i] == "in" and i + 1 < len(lower) and lower[i + 1][0].isdigit():
        return False
    return lower[i] in BY_FORM or lower[i] in BY_SIGN
