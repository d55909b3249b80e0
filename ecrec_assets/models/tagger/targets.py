"""What a training query should be read as, checked before any weight moves.

The target of a query is the share of each of its segments: 1 for those of a given label, less where a teacher is not
sure (see `soft_targets`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import polars as pl
import torch

from ecrec_assets.models.tagger.labels import OUTSIDE, LabelSet, may_follow
from ecrec_assets.models.tagger.soft_targets import Segment, from_rows, segments_of

NEEDED = ("train", "validation")


def check(queries: pl.DataFrame, labels: LabelSet) -> None:
    """Raises ValueError for the first query that cannot be learnt from, with its words, the label and the way out."""
    for split in NEEDED:
        if queries.filter(pl.col("split") == split).is_empty():
            raise ValueError(f"the queries have no row of split '{split}'; training needs both")
    for row in queries.iter_rows(named=True):
        split, tokens = row["split"], row["tokens"]
        found = _fault(tokens, row["tags"], labels) or _fault_of_optional(row, labels)
        if found:
            query = " ".join(map(str, tokens or []))
            raise ValueError(f"query '{query[:80]}' of split '{split}': {found}")


def _fault(tokens: list[str] | None, tags: list[str] | None, labels: LabelSet) -> str:
    if tokens is None or tags is None or len(tokens) != len(tags):
        return f"{len(tokens or [])} words have {len(tags or [])} tags; give one tag a word"
    for word, before, tag in zip(tokens, [None, *tags], tags, strict=False):
        if tag not in labels.ids:
            return f"the word '{word}' has the tag '{tag}'; known types are {', '.join(labels.types)}"
        if not may_follow(before, tag):
            return f"the word '{word}' has the tag '{tag}' after '{before or 'nothing'}'; a span begins with B- (IOB2)"
    return ""


def _fault_of_optional(row: dict[str, Any], labels: LabelSet) -> str:
    weight = row.get("weight", 1.0)
    if weight is None or not 0 <= weight < math.inf:
        return f"its weight is {weight}; a weight is 0 or more"
    for kind, first, after, share in from_rows(row.get("soft") or []):
        if kind not in (OUTSIDE, *labels.types):
            return f"column soft has the type '{kind}'; known types are {', '.join(labels.types)}"
        if not 0 <= first < after <= len(row["tokens"]) or not 0 <= share <= 1:
            return f"column soft has the words {first} to {after} of {len(row['tokens'])} with share {share}"
    return ""


def segments(queries: pl.DataFrame) -> list[list[Segment]]:
    """The target of each query: column `soft` where it has a value, else its tags."""
    tags = queries["tags"].to_list()
    soft = queries["soft"].to_list() if "soft" in queries.columns else [None] * len(tags)
    return [from_rows(rows) if rows else segments_of(row) for rows, row in zip(soft, tags, strict=True)]


def longest(targets: Sequence[Sequence[Segment]], most: int) -> int:
    """Words of the widest segment, but not more than `most`."""
    return min(most, max((part.after - part.first for target in targets for part in target), default=1))


def shares(targets: Sequence[Sequence[Segment]], like: torch.Tensor, labels: LabelSet) -> torch.Tensor:
    """Targets in the shape of the scores `like`. A segment wider than these has no place in them."""
    found = torch.zeros_like(like)
    kinds = {kind: number for number, kind in enumerate((OUTSIDE, *labels.types))}
    places = [
        (row, part.first, part.after - part.first - 1, kinds[part.type], part.share)
        for row, target in enumerate(targets)
        for part in target
        if part.after - part.first <= like.shape[2]
    ]
    if places:
        *where, share = zip(*places, strict=True)
        found[tuple(torch.tensor(index) for index in where)] = torch.tensor(share, dtype=found.dtype)
    return found
