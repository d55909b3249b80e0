"""A word left out, as hurried shoppers do; never the last word of a span, so no span is lost."""

from __future__ import annotations

from random import Random

from ecrec_assets.prepare.query_augmentation.parts import parts_of, words_of
from ecrec_assets.prepare.query_forms import Segment
from ecrec_assets.prepare.query_noise import Words


def drop(words: Words, random: Random) -> Words:
    """One word outside spans, or one of a span of several; a query of one word stays."""
    if len(words) < 2:
        return words
    parts = parts_of(words)
    able = [(i, n) for i, part in enumerate(parts) for n in range(len(part.words)) if _may_go(part)]
    if not able:
        return words
    i, n = random.choice(able)
    parts[i] = Segment(parts[i].words[:n] + parts[i].words[n + 1 :], parts[i].kind)
    return words_of(parts)


def _may_go(part: Segment) -> bool:
    return not part.kind or len(part.words) > 1
