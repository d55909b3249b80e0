from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrec_assets.evaluate.spans.confusion import (
    MISSED,
    OTHER_ENDS,
    OTHER_TYPE,
    SPURIOUS,
    axes_of,
    confusion_plot,
    span_confusion,
)
from ecrec_assets.evaluate.spans.counts import span_counts


@pytest.mark.parametrize(("gold", "found", "cells"), [
    (["B-a", "I-a"], ["B-a", "I-a"], {("a", "a"): 1}),
    (["B-a", "I-a"], ["B-b", "I-b"], {("a", "b"): 1}),
    (["B-a", "I-a"], ["B-a", "O"], {("a", OTHER_ENDS): 1}),
    (["B-a", "I-a"], ["B-b", "O"], {("a", OTHER_TYPE): 1}),
    (["B-a", "I-a"], ["B-b", "B-a"], {("a", OTHER_ENDS): 1}),
    (["B-a", "O"], ["O", "O"], {("a", MISSED): 1}),
    (["O", "O"], ["B-a", "B-a"], {(SPURIOUS, "a"): 2}),
    (["B-a", "B-b"], ["B-a", "I-a"], {("a", OTHER_ENDS): 1, ("b", OTHER_TYPE): 1}),
    (["O"], ["O"], {}),
])  # fmt: skip
def test_each_fate_of_a_span_has_its_cell(gold: list[str], found: list[str], cells: dict) -> None:
    table = span_confusion(pl.Series([gold]), pl.Series([found]))
    assert {(given, answer): spans for given, answer, spans in table.iter_rows()} == cells


TAGS = st.sampled_from(["O", "B-a", "I-a", "B-b", "I-b"])
QUERIES = st.lists(st.lists(st.tuples(TAGS, TAGS), min_size=1, max_size=6), min_size=1, max_size=8)


@given(QUERIES)
@settings(deadline=None, max_examples=100)
def test_every_given_span_is_counted_once_and_the_diagonal_holds_the_hits(pairs: list[list[tuple[str, str]]]) -> None:
    gold, found = (pl.Series([[pair[side] for pair in row] for row in pairs]) for side in (0, 1))
    table = span_confusion(gold, found)
    counts = span_counts(gold, found, types=("a", "b"))
    for place, kind in enumerate(counts.types):
        assert table.filter(given=kind)["spans"].sum() == counts.given[:, place].sum()
        assert table.filter(given=kind, found=kind)["spans"].sum() == counts.hit[:, place].sum()


def test_the_plot_shows_every_cell_and_the_most_frequent_type_first() -> None:
    gold, found = (
        pl.Series([["B-a", "B-b", "B-b"], ["O", "B-b", "O"]]),
        pl.Series([["B-a", "B-a", "B-b"], ["B-c", "O", "O"]]),
    )
    table = span_confusion(gold, found)
    assert axes_of(table) == (["b", "a", SPURIOUS], ["b", "a", "c", OTHER_ENDS, OTHER_TYPE, MISSED])
    [axes] = confusion_plot(table).axes
    assert sorted(text.get_text() for text in axes.texts) == ["1"] * 5
