"""Span precision, recall and F1 by which training chooses its best epoch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from seqeval.metrics import f1_score, precision_score, recall_score
from seqeval.scheme import IOB2

Tags = Sequence[Sequence[str]]


class SpanScores(NamedTuple):
    """Micro averages over all types, 0 to 1: a span counts only with the right type and both right ends."""

    token_accuracy: float
    span_precision: float
    span_recall: float
    span_f1: float


def span_scores(gold: Tags, found: Tags) -> SpanScores:
    """Strict IOB2 (seqeval). Both hold one list of tags a query, of the same lengths."""
    pairs = [(a, b) for row, other in zip(gold, found, strict=True) for a, b in zip(row, other, strict=True)]
    strict = {"mode": "strict", "scheme": IOB2, "zero_division": 0}
    lists = [list(row) for row in gold], [list(row) for row in found]
    accuracy = sum(a == b for a, b in pairs) / len(pairs)
    figures = (measure(*lists, **strict) for measure in (precision_score, recall_score, f1_score))
    return SpanScores(accuracy, *(float(figure) for figure in figures))
