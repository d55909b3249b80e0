"""Another name in the place of a name: `nike shoes` as `adidas shoes`, where both stand in training queries.

Mention replacement, the strongest of the simple augmentations for tagging where data is scarce (Dai & Adel, An
Analysis of Simple Data Augmentation for Named Entity Recognition, COLING 2020, section 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from random import Random

from ecrec_assets.prepare.query_augmentation.parts import parts_of, words_of
from ecrec_assets.prepare.query_forms import Segment
from ecrec_assets.prepare.query_noise import Words

CHANCE = 0.5
Mentions = Mapping[str, tuple[tuple[str, ...], ...]]


def mentions_of(queries: Iterable[Words]) -> Mentions:
    """Type to the different spans of it, in alphabetical order."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for words in queries:
        for part in parts_of(words):
            if part.kind:
                found.setdefault(part.kind, set()).add(part.words)
    return {kind: tuple(sorted(spans)) for kind, spans in sorted(found.items())}


def other_mentions(words: Words, random: Random, mentions: Mentions) -> Words:
    """Each span with even chance, and at least one, becomes another span of its type."""
    parts = parts_of(words)
    able = [i for i, part in enumerate(parts) if len(mentions.get(part.kind, ())) > 1]
    if not able:
        return words
    surely = random.choice(able)
    for i in able:
        if i == surely or random.random() < CHANCE:
            parts[i] = _another(parts[i], random, mentions[parts[i].kind])
    return words_of(parts)


def _another(part: Segment, random: Random, spans: tuple[tuple[str, ...], ...]) -> Segment:
    others = random.sample(spans, 2)
    return Segment(others[0] if others[0] != part.words else others[1], part.kind)
