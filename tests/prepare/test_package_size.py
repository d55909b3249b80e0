import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrec_assets.collect import complete_journey
from ecrec_assets.prepare.package_size import parse_package_size
from ecrec_assets.prepare.size_units import UNITS


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("16 OZ", 16, "oz"),
        (".5 OZ", 0.5, "oz"),
        ("14. OZ", 14, "oz"),
        ("12_OZ", 12, "oz"),
        ("20 OZ BTL", 20, "oz"),
        ("8.45 FL OZ", 8.45, "fl oz"),
        ("3-LB BAG", 3, "lb"),
        ("2 L", 2, "l"),
        ("2 L*", 2, "l"),
        ("750 MLL", 750, "ml"),
        ("HALF GAL", 0.5, "gal"),
        ("PT", 1, "pt"),
        ("48 LDS", 48, "load"),
        ("1 DZ", 1, "dz"),
        ("CTN", 1, "pk"),
        ("150 SQ FT", 150, "sq ft"),
        ("10 3/4 OZ", 10.75, "oz"),
        ("7-3/4 OZ", 7.75, "oz"),
        ("1/2 GAL", 0.5, "gal"),
        ("2/3 OZ", 2 / 3, "oz"),
        ("12/12 OZ", 144, "oz"),
        ("4/4 OZ PLST", 16, "oz"),
        ("3/6 OZ CAN", 18, "oz"),
        ("10/6.75 OZ", 67.5, "oz"),
        ("6-12 OZ", 72, "oz"),
        ("12 PK/12 OZ", 144, "oz"),
        ("12 OZ/12 PK", 144, "oz"),
        ("6 PK .5 L", 3, "l"),
        ("12 16.9 OZ", 202.8, "oz"),
        ("10 CT/17.5 Z", 17.5, "oz"),
        ("20 CT/13 GAL", 20, "ct"),
        ("13 CT/GAL", 13, "ct"),
        ("22 CT/SZ 5", 22, "ct"),
        ("3 T-4 T/40 CT", 40, "ct"),
        ("18-22 LB", 20, "lb"),
        ("51-60/16 OZ", 16, "oz"),
        ("2 LB 3 OZ", 2 + 3 / 16, "lb"),
        ("2 LB(32 OZ)", 2, "lb"),
        ("8 X10 IN", 80, "sq in"),
        ("2 INX110 YD", 7920, "sq in"),
        ("3/8 X 12 IN", 4.5, "sq in"),
        ("(100) 1 CT", 1, "ct"),
        ("50 CT(6)", 50, "ct"),
        ("(48)14.5 OZ", 14.5, "oz"),
        ("P    16 OZ", 16, "oz"),
        ("AB D  8 OZ", 8, "oz"),
        ("528802 8 PK", 8, "pk"),
        ("83718713 OZ", 13, "oz"),
        ("974006  PK", 1, "pk"),
        ("2 CT/3.5 CM", 2, "ct"),
    ],
)
def test_a_spelling_is_read_as_a_shopper_would(text: str, value: float, unit: str) -> None:
    size = parse_package_size(text)
    assert size is not None
    assert (size.value, size.unit) == (pytest.approx(value), unit)


@pytest.mark.parametrize("text", ["LARGE", "MED", "SIZE 4", "MEN 7-13", "2.50 DIOPT", "", "OZ", "11 X19 X7 IN", "0 OZ"])
def test_what_has_no_number_and_unit_is_not_guessed(text: str) -> None:
    assert parse_package_size(text) is None


@pytest.mark.parametrize(
    ("text", "base", "base_unit"),
    [
        ("1 LB", 453.59237, "g"),
        ("1 GAL", 3785.411784, "ml"),
        ("2 DZ", 24, "ct"),
        ("75 FT", 22.86, "m"),
        ("1 SQ FT", 0.09290304, "m2"),
        ("12 X12 IN", 0.09290304, "m2"),
    ],
)
def test_sizes_compare_in_one_unit_a_kind(text: str, base: float, base_unit: str) -> None:
    size = parse_package_size(text)
    assert size is not None
    assert (size.base, size.base_unit) == (pytest.approx(base), base_unit)


def test_97_of_100_sizes_in_the_real_catalogue_are_read() -> None:
    texts = complete_journey.read("products").select("package_size").drop_nulls().collect().to_series()
    read = sum(parse_package_size(text) is not None for text in texts)
    assert read == 61_493
    assert read / len(texts) > 0.97


def test_no_real_size_is_beyond_what_a_shop_sells() -> None:
    texts = complete_journey.read("products").select("package_size").drop_nulls().unique().collect().to_series()
    sizes = [size for text in texts if (size := parse_package_size(text))]
    assert len(sizes) > 3_600
    assert max(size.base for size in sizes) < 200_000
    assert min(size.base for size in sizes) > 0


@given(st.text(alphabet="0123456789 ./-X()OZLBCTPKINGAM", max_size=16))
def test_any_text_gives_a_positive_size_or_none(text: str) -> None:
    size = parse_package_size(text)
    assert size is None or (0 < size.base < math.inf and size.unit in UNITS)


@given(st.integers(1, 9_999), st.sampled_from(["OZ", "LB", "CT", "ML", "GAL", "SQ FT"]))
def test_a_plain_size_is_read_back(value: int, unit: str) -> None:
    size = parse_package_size(f"{value} {unit}")
    assert size is not None
    assert (size.value, size.unit) == (value, unit.lower())
