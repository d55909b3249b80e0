"""The same words in another order: spans change places, or the words of one span do."""

from __future__ import annotations

from random import Random

from ecrec_assets.prepare.query_augmentation.parts import parts_of, words_of
from ecrec_assets.prepare.query_forms import Segment
from ecrec_assets.prepare.query_noise import Words


def span_order(words: Words, random: Random) -> Words:
    """Two neighbouring parts change places: `red dress for women` as `dress red for women`."""
    parts = parts_of(words)
    if len(parts) < 2:
        return words
    i = random.randrange(len(parts) - 1)
    return words_of([*parts[:i], parts[i + 1], parts[i], *parts[i + 2 :]])


def word_order(words: Words, random: Random) -> Words:
    """The words of one span in another order (shuffle within segments; Dai & Adel 2020)."""
    parts = parts_of(words)
    able = [i for i, part in enumerate(parts) if part.kind and len(set(part.words)) > 1]
    if not able:
        return words
    i = random.choice(able)
    parts[i] = Segment(_shuffled(parts[i].words, random), parts[i].kind)
    return words_of(parts)


def _shuffled(words: tuple[str, ...], random: Random) -> tuple[str, ...]:
    """Another order than the one given; the words are not all alike."""
    found = list(words)
    while tuple(found) == words:
        random.shuffle(found)
    return tuple(found)
