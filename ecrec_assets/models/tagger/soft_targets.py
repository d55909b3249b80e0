"""What a query probably means, as shares of segments: the target of a student that learns from teachers.

A segment is a span of some type or one word outside any span (type O). Every segmentation of a query covers each word
once, so in a mean over segmentations the shares of the segments over a word sum to 1; a gold label is the case where
every share is 1. The cross-entropy of a segmental model against a mean of teachers needs nothing but these shares
(Wang et al., Structure-Level Knowledge Distillation For Multilingual Sequence Labeling, ACL 2020, section 3.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import polars as pl

from ecrec_assets.models.tagger.labels import OUTSIDE, spans_of

LEAST_SHARE = 1e-3
SOFT = pl.List(pl.Struct({"type": pl.String(), "first": pl.Int64(), "after": pl.Int64(), "share": pl.Float64()}))


class Segment(NamedTuple):
    """Words `first` to `after` (exclusive) as one span of `type`, or one word of type O, and how likely it is."""

    type: str
    first: int
    after: int
    share: float


def segments_of(tags: Sequence[str]) -> list[Segment]:
    """The segments of one valid IOB2 sequence, each with share 1."""
    spans = [Segment(kind, first, after, 1.0) for kind, first, after in spans_of(tags)]
    outside = [Segment(OUTSIDE, i, i + 1, 1.0) for i, tag in enumerate(tags) if tag == OUTSIDE]
    return sorted([*spans, *outside], key=lambda segment: segment.first)


def mixed(parts: Iterable[tuple[float, Iterable[Segment]]]) -> list[Segment]:
    """The weighted mean of several views of one query; weights sum to 1. Shares under 0.001 are left out."""
    shares: dict[tuple[int, int, str], float] = {}
    for weight, segments in parts:
        for kind, first, after, share in segments:
            shares[first, after, kind] = shares.get((first, after, kind), 0.0) + weight * share
    kept = sorted((place, share) for place, share in shares.items() if share >= LEAST_SHARE)
    return [Segment(kind, first, after, share) for (first, after, kind), share in kept]


def mean(views: Sequence[Iterable[Segment]]) -> list[Segment]:
    """What several teachers say together."""
    return mixed((1 / len(views), view) for view in views)


def agreement(tags: Sequence[str], segments: Iterable[Segment]) -> float:
    """Mean share, 0 to 1, that `segments` give to the segments of `tags`; low where a label is suspect."""
    shares = {(kind, first, after): share for kind, first, after, share in segments}
    own = segments_of(tags)
    return sum(shares.get((kind, first, after), 0.0) for kind, first, after, _ in own) / len(own) if own else 1.0


def as_rows(segments: Iterable[Segment]) -> list[dict[str, Any]]:
    """The value of a column of type SOFT."""
    return [segment._asdict() for segment in segments]


def from_rows(rows: Iterable[dict[str, Any]]) -> list[Segment]:
    """The segments of one value of such a column."""
    return [Segment(**row) for row in rows]
