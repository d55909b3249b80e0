"""The figures of one split, of all its queries and of each slice of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from ecrec_assets.evaluate.spans.bootstrap import Bootstrap, Interval, interval, resampled_sums
from ecrec_assets.evaluate.spans.counts import SpanCounts, span_counts
from ecrec_assets.evaluate.spans.figures import Measured, figures_by_type, micro_figures
from ecrec_assets.evaluate.spans.segments import with_segments
from ecrec_assets.evaluate.spans.shares import agreement, shares, spans_by_type


class Row(NamedTuple):
    """A figure and where it was measured."""

    slice: str
    segment: str
    measured: Measured


def figures_by_slice(part: pl.DataFrame, train: pl.DataFrame, rare_below: int, bootstrap: Bootstrap) -> Iterator[Row]:
    """`part` and `train` as in `tagging_metrics`, of one split."""
    counts = span_counts(part["tags"], part["predicted"])
    yield from (Row("all", "all", measured) for measured in micro_figures(counts, bootstrap))
    yield from (Row("type", kind, measured) for kind, measured in figures_by_type(counts, bootstrap))
    if train.height:
        yield from _against_training(counts, train, rare_below, bootstrap)
    yield from _by_segment(part, train, counts, bootstrap)


def _by_segment(part: pl.DataFrame, train: pl.DataFrame, counts: SpanCounts, bootstrap: Bootstrap) -> Iterator[Row]:
    parted, names = with_segments(part, train)
    for name in names:
        for segment in parted[name].unique().sort():
            here = counts.of((parted[name] == segment).to_numpy())
            yield from (Row(name, segment, measured) for measured in micro_figures(here, bootstrap))


def _against_training(counts: SpanCounts, train: pl.DataFrame, rare_below: int, bootstrap: Bootstrap) -> Iterator[Row]:
    """Rare types together, and how like the shares of types are. A share's support counts the split's given spans."""
    learnt = spans_by_type(train["tags"], counts.types)
    rare = [kind for kind, spans in zip(counts.types, learnt, strict=True) if spans < rare_below]
    groups = {"rare": rare, "common": [kind for kind in counts.types if kind not in rare]}
    yield from _shares(counts, shares(learnt), bootstrap)
    for segment, kinds in groups.items() if rare else ():
        figures = micro_figures(counts.of_types(kinds), bootstrap)
        yield from (Row("rarity", segment, each) for each in figures if each.metric.startswith("span"))


def _shares(counts: SpanCounts, learnt: np.ndarray, bootstrap: Bootstrap) -> Iterator[Row]:
    """Of a type: its share of the given spans (the share in training is `train_share`); of all types: agreement."""
    kinds = len(counts.types)
    sums = resampled_sums(np.hstack([counts.given, counts.found]), bootstrap)
    given, found = (_rows_to_shares(each) for each in (sums[:, :kinds], sums[:, kinds:]))
    support = int(sums[0, :kinds].sum())
    if not support:
        return
    for place, kind in enumerate(counts.types):
        said = {"given_share": interval(given[:, place]), "found_share": interval(found[:, place])}
        said["train_share"] = Interval(*[float(learnt[place])] * 3)
        if counts.given[:, place].any():
            yield from (Row("type", kind, Measured(metric, found, support)) for metric, found in said.items())
    like = {
        "share_agreement_with_train": [agreement(learnt, each) for each in given],
        "share_agreement_of_answers": [agreement(one, other) for one, other in zip(given, found, strict=True)],
    }
    yield from (Row("all", "all", Measured(metric, interval(values), support)) for metric, values in like.items())


def _rows_to_shares(sums: np.ndarray) -> np.ndarray:
    return sums / np.maximum(1, sums.sum(axis=1, keepdims=True))
