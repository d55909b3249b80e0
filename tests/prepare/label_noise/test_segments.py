"""Segments of a tagged query."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ecrec_assets.prepare.label_noise.segments import segments_of, tags_of

KINDS = st.lists(st.tuples(st.sampled_from(["O", "a", "b"]), st.integers(1, 3)), max_size=6)


@given(KINDS)
def test_tags_of_segments_have_those_segments(kinds: list[tuple[str, int]]) -> None:
    tags = [tag for kind, n in kinds for tag in (["O"] * n if kind == "O" else [f"B-{kind}", *[f"I-{kind}"] * (n - 1)])]
    found = list(segments_of(tags))
    assert tags_of(found) == tags
    assert [place for _, start, end in found for place in range(start, end)] == list(range(len(tags)))


def test_each_word_outside_of_spans_stands_by_itself() -> None:
    assert list(segments_of(["O", "O", "B-a", "I-a", "B-a"])) == [
        ("O", 0, 1),
        ("O", 1, 2),
        ("a", 2, 4),
        ("a", 4, 5),
    ]


def test_an_i_tag_that_continues_nothing_begins_a_span() -> None:
    assert list(segments_of(["I-a", "I-b", "O", "I-b"])) == [("a", 0, 1), ("b", 1, 2), ("O", 2, 3), ("b", 3, 4)]


def test_no_words_have_no_segments() -> None:
    assert list(segments_of([])) == []
