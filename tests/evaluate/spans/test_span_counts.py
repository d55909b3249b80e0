from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics.v1 import precision_recall_fscore_support
from seqeval.scheme import IOB2

from ecrec_assets.evaluate.spans.bootstrap import Bootstrap
from ecrec_assets.evaluate.spans.counts import span_counts
from ecrec_assets.evaluate.spans.figures import figures_by_type, micro_figures
from ecrec_assets.evaluate.spans.table import span_table

TAGS = st.sampled_from(["O", "B-a", "I-a", "B-b", "I-b", "B-c", "I-c"])
PAIRS = st.lists(st.lists(st.tuples(TAGS, TAGS), min_size=1, max_size=6), min_size=1, max_size=12)
NO_INTERVAL = Bootstrap(times=1)


def series(tags: list[list[str]]) -> pl.Series:
    return pl.Series(tags, dtype=pl.List(pl.String))


@given(PAIRS)
@settings(deadline=None, max_examples=80)
def test_fast_counts_give_the_strict_figures_of_seqeval(pairs: list[list[tuple[str, str]]]) -> None:
    gold, found = ([[pair[side] for pair in row] for row in pairs] for side in (0, 1))
    counts = span_counts(series(gold), series(found))
    figures = {each.metric: each.interval.value for each in micro_figures(counts, NO_INTERVAL)}
    strict = {"scheme": IOB2, "zero_division": 0}
    precision, recall, f1, support = precision_recall_fscore_support(gold, found, average="micro", **strict)
    if not support:
        assert set(figures) == {"token_accuracy"}
        return
    assert figures["span_precision"] == pytest.approx(precision)
    assert figures["span_recall"] == pytest.approx(recall)
    assert figures["span_f1"] == pytest.approx(f1)
    by_type = zip(*precision_recall_fscore_support(gold, found, **strict), strict=True)
    of_each = dict(zip(counts.types, by_type, strict=True))
    for kind, measured in figures_by_type(counts, NO_INTERVAL):
        if measured.metric == "span_f1":
            assert (measured.interval.value, measured.support) == (pytest.approx(of_each[kind][2]), of_each[kind][3])


def test_spans_have_their_query_type_and_ends() -> None:
    tags = [["B-a", "I-a", "O"], [], ["I-a", "B-b", "I-a", "B-b"], ["O"]]
    assert span_table(series(tags)).rows() == [(0, "a", 0, 2), (2, "b", 1, 2), (2, "b", 3, 4)]


def test_queries_without_words_and_no_queries_have_no_spans() -> None:
    assert span_table(series([])).is_empty()
    assert span_table(series([[], []])).is_empty()


def test_asked_types_are_counted_though_none_occurs() -> None:
    counts = span_counts(series([["B-b"]]), series([["O"]]), types=("z",))
    assert counts.types == ("b", "z")
    assert counts.given.tolist() == [[1, 0]]
    assert counts.hit.sum() == counts.found.sum() == 0
