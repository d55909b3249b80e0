from __future__ import annotations

import polars as pl
import pytest

from ecrec_assets.prepare.attribute_spans import attribute_spans, attribute_titles, attribute_types


def tagged(text: str, **values: str | list[str]) -> list[tuple[str, str]]:
    scores = {k: dict.fromkeys([v] if isinstance(v, str) else v, 1) for k, v in values.items()}
    row = attribute_spans(attribute_titles([{"input": text, "target_scores": scores}])).collect()
    return list(zip(row["tokens"][0], row["tags"][0], strict=True))


def test_values_become_spans_wherever_they_stand_as_words() -> None:
    assert tagged("Acme Women's Shoe, Red Patent, red patent 8 M", Brand="ACME", Color="Red Patent", Size="8 M") == [
        ("Acme", "B-brand"),
        ("Women's", "O"),
        ("Shoe", "O"),
        (",", "O"),
        ("Red", "B-color"),
        ("Patent", "I-color"),
        (",", "O"),
        ("red", "B-color"),
        ("patent", "I-color"),
        ("8", "B-size"),
        ("M", "I-size"),
    ]


def test_of_overlapping_values_the_longer_one_counts() -> None:
    assert [tag for _, tag in tagged("dark red hat", Color="red", Shade="dark red")] == ["B-shade", "I-shade", "O"]


def test_a_value_inside_a_word_is_no_span() -> None:
    assert tagged("redwood 4Pcs/Lot", Color="red", Quantity="4Pcs") == [("redwood", "O"), ("4Pcs/Lot", "O")]


def test_no_value_and_signs_of_patterns_are_read_as_they_are() -> None:
    assert tagged("n/a c++ book (new)", Size="n/a", Topic="c++", State="(new)") == [
        ("n/a", "O"),
        ("c", "B-topic"),
        ("+", "I-topic"),
        ("+", "I-topic"),
        ("book", "O"),
        ("(", "B-state"),
        ("new", "I-state"),
        (")", "I-state"),
    ]


def test_types_come_from_the_data_most_frequent_first() -> None:
    rows = [
        {"input": "red hat", "target_scores": {"Color": {"red": 1}, "Back / Side Material": {"hat": 1}}},
        {"input": "blue", "target_scores": {"Color": {"blue": 1}}},
    ]
    spans = attribute_spans(attribute_titles(rows))
    assert attribute_types(spans) == ("color", "back_side_material")
    assert attribute_types(spans, least=2) == ("color",)


def test_a_row_without_a_title_is_named() -> None:
    with pytest.raises(ValueError, match="row 1 of the titles has no input; it has title"):
        attribute_titles([{"input": "a", "target_scores": {}}, {"title": "b", "target_scores": {}}])


def test_no_titles_give_no_rows() -> None:
    assert attribute_spans(attribute_titles([])).collect().schema["tags"] == pl.List(pl.String)
