"""A tagged query as its parts: each span is one, and so is each run of words between spans.

Whatever is done to parts, writing them back gives valid IOB2 and one tag a word.
"""

from __future__ import annotations

from collections.abc import Iterable

from ecrec_assets.prepare.query_forms import Segment
from ecrec_assets.prepare.query_noise import Words


def parts_of(words: Words) -> list[Segment]:
    """An I- tag that continues no span of its type begins one."""
    parts: list[Segment] = []
    for word, tag in words:
        kind = tag[2:]
        if parts and parts[-1].kind == kind and not tag.startswith("B-"):
            parts[-1] = Segment((*parts[-1].words, word), kind)
        else:
            parts.append(Segment((word,), kind))
    return parts


def words_of(parts: Iterable[Segment]) -> Words:
    """Words with their tags; a part without words has none."""
    return [(word, _tag(part.kind, place)) for part in parts for place, word in enumerate(part.words)]


def _tag(kind: str, place: int) -> str:
    return f"{'I' if place else 'B'}-{kind}" if kind else "O"
