"""Slips of the finger and capitals: the word changes, its tag stays."""

from __future__ import annotations

from random import Random

from ecrec_assets.prepare import query_noise
from ecrec_assets.prepare.query_noise import Words

TRIES = 10


def typo(words: Words, random: Random) -> Words:
    """As for weak queries, drawn again where the slip shows nothing: `nn` swapped is `nn`."""
    slips = (query_noise.typo(words, random) for _ in range(TRIES))
    return next((slip for slip in slips if slip != words), words)


def case(words: Words, random: Random) -> Words:
    """All capitals, a capital at each word, or, of a query with capitals, none."""
    if any(word != word.lower() for word, _ in words) and random.random() < 0.5:
        return [(word.lower(), tag) for word, tag in words]
    return query_noise.capitals(words, random)
