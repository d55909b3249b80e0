import pytest

from ecrec_assets.prepare.size_units import BASE_UNITS, BY_SPELLING, UNITS


def test_every_unit_has_a_base_unit_and_a_spelling() -> None:
    assert {unit.kind for unit in UNITS.values()} == set(BASE_UNITS)
    assert {unit.name for unit in BY_SPELLING.values()} == set(UNITS)


@pytest.mark.parametrize(
    ("one", "other", "times"),
    [
        ("lb", "oz", 16),
        ("gal", "qt", 4),
        ("qt", "pt", 2),
        ("pt", "fl oz", 16),
        ("cup", "fl oz", 8),
        ("ft", "in", 12),
        ("yd", "ft", 3),
        ("sq ft", "sq in", 144),
        ("cu ft", "cu in", 1728),
        ("l", "ml", 1000),
        ("kg", "g", 1000),
    ],
)
def test_units_are_the_multiples_they_are(one: str, other: str, times: float) -> None:
    assert UNITS[one].base / UNITS[other].base == pytest.approx(times)
    assert UNITS[one].kind == UNITS[other].kind
