"""A tagged query as segments: its spans, and each word outside of them by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

OUTSIDE = "O"


class Segment(NamedTuple):
    """`type` (O outside of spans), first word and word after the last."""

    type: str
    start: int
    end: int


def segments_of(tags: Sequence[str]) -> Iterator[Segment]:
    """Every word in one segment, in order. An I- tag that continues nothing of its type begins a span."""
    start = 0
    for place in range(1, len(tags) + 1):
        if place == len(tags) or not tags[place].startswith("I-") or not may_stand(tags[place - 1], tags[place]):
            yield Segment(type_of(tags[start]), start, place)
            start = place


def type_of(tag: str) -> str:
    """`B-Item` and `I-Item` are of the type Item, O is of the type O."""
    return tag if tag == OUTSIDE else tag[2:]


def tags_of(segments: Sequence[Segment]) -> list[str]:
    """The IOB2 tags of segments that lie side by side; one without words gives none."""
    found: list[str] = []
    for kind, start, end in segments:
        if kind == OUTSIDE:
            found += [OUTSIDE] * (end - start)
        elif end > start:
            found += [f"B-{kind}", *[f"I-{kind}"] * (end - start - 1)]
    return found


def may_stand(before: str, tag: str) -> bool:
    """Strict IOB2: an I- tag continues a span of its own type; before the first word stands O."""
    return not tag.startswith("I-") or (before != OUTSIDE and before[2:] == tag[2:])
