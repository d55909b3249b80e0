from __future__ import annotations

from random import Random

import pytest

from ecrec_assets.prepare.query_augmentation.unit_forms import BY_FORM, FORMS, ways
from ecrec_assets.prepare.query_augmentation.units import measures, unit_form
from ecrec_assets.prepare.size_units import BY_SPELLING


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 lb flour", [("2", "lb")]),
        ("32oz bottle", [("32", "oz")]),
        ('10" pan', [("10", "in")]),
        ("10” pan", [("10", "in")]),
        ("6' ladder", [("6", "ft")]),
        ("15-inch laptop", [("15", "in")]),
        ("1/2 Pint jar", [("1/2", "pt")]),
        ("2.5 gallons 4 pack", [("2.5", "gal"), ("4", "pk")]),
        ("2 in 1 shampoo", []),
        ("desk 20 in wide", [("20", "in")]),
        ("5g phone", []),
        ("pack of 4", []),
        ("dress of the 20's", []),
        ("iphone 6 case", []),
    ],
)
def test_measures_are_found_and_other_numbers_are_not(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(found.number, found.unit) for found in measures(tuple(text.split()))] == expected


def test_the_ways_to_write_a_measure() -> None:
    assert ways("2", "lb") == [("2", "lb"), ("2", "pounds"), ("2", "lbs"), ("2lb",)]
    assert ways("1", "lb") == [("1", "lb"), ("1", "pound"), ("1lb",)]
    assert ways("10", "in") == [("10", "in"), ("10", "inch"), ("10", "inches"), ("10in",), ('10"',)]


@pytest.mark.parametrize("unit", FORMS)
def test_every_way_to_write_a_measure_is_read_as_the_same_measure(unit: str) -> None:
    for number in ("1", "2", "1/2", "7.5"):
        for way in ways(number, unit):
            assert [(found.number, found.unit) for found in measures(way)] == [(number, unit)]


def test_short_forms_mean_what_they_mean_in_package_sizes() -> None:
    shared = {form: name for form, name in BY_FORM.items() if form.upper() in BY_SPELLING}
    assert len(shared) > 20
    assert all(BY_SPELLING[form.upper()].name == name for form, name in shared.items())


def test_a_span_keeps_its_type_when_its_measure_becomes_longer_or_shorter() -> None:
    glued = [("32oz", "B-size"), ("cup", "B-item")]
    found = {tuple(unit_form(glued, Random(seed))) for seed in range(30)}
    assert found == {
        (("32", "B-size"), ("oz", "I-size"), ("cup", "B-item")),
        (("32", "B-size"), ("ounces", "I-size"), ("cup", "B-item")),
    }


def test_a_number_and_a_unit_of_different_spans_are_no_measure() -> None:
    words = [("iphone", "B-product"), ("6", "I-product"), ("pack", "B-size")]
    assert all(unit_form(words, Random(seed)) == words for seed in range(20))
