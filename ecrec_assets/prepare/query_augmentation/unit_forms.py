"""How shoppers write a unit: one short form, the long ones, and signs. None is converted into another unit.

The names are those of `size_units` where it has one. Left out are spellings that mean other things in queries: `g`
(`5g phone`), `l` (a clothes size), `c`, `p`, `m`, `s` and `z`.
"""

from __future__ import annotations

from typing import NamedTuple


class Forms(NamedTuple):
    """`short` after a number; `one` and `many` in words; `also` is read and written too, `sign` only without space."""

    short: str
    one: str
    many: str
    also: tuple[str, ...] = ()
    sign: str = ""


FORMS = {
    "oz": Forms("oz", "ounce", "ounces"),
    "lb": Forms("lb", "pound", "pounds", ("lbs",)),
    "kg": Forms("kg", "kilo", "kilos"),
    "mg": Forms("mg", "milligram", "milligrams"),
    "ml": Forms("ml", "milliliter", "milliliters"),
    "qt": Forms("qt", "quart", "quarts"),
    "pt": Forms("pt", "pint", "pints"),
    "gal": Forms("gal", "gallon", "gallons"),
    "ct": Forms("ct", "count", "count"),
    "pk": Forms("pk", "pack", "pack", ("packs",)),
    "pc": Forms("pc", "piece", "piece", ("pieces", "pcs")),
    "in": Forms("in", "inch", "inch", ("inches",), '"'),
    "ft": Forms("ft", "foot", "feet", (), "'"),
    "yd": Forms("yd", "yard", "yards", ("yds",)),
    "cm": Forms("cm", "centimeter", "centimeters"),
    "mm": Forms("mm", "millimeter", "millimeters"),
    "v": Forms("v", "volt", "volt", ("volts",)),
    "w": Forms("w", "watt", "watt", ("watts",)),
    "gb": Forms("gb", "gigabyte", "gigabytes"),
    "tb": Forms("tb", "terabyte", "terabytes"),
}
OTHER_SIGNS = {"”": '"', "“": '"', "″": '"', "''": '"', "′": "'", "’": "'"}


def _spellings(forms: Forms) -> tuple[str, ...]:
    return (forms.short, forms.one, forms.many, *forms.also)


BY_FORM = {spelling: name for name, forms in FORMS.items() for spelling in _spellings(forms)}
BY_SIGN = {forms.sign: name for name, forms in FORMS.items() if forms.sign}
BY_SIGN |= {other: BY_SIGN[sign] for other, sign in OTHER_SIGNS.items()}


def ways(number: str, unit: str) -> list[tuple[str, ...]]:
    """Every way to write the measure, as words: `2 lb`, `2lb`, `2 pounds`, `10"`; the same ones in the same order."""
    forms = FORMS[unit]
    word = forms.one if number == "1" else forms.many
    spoken = [form for form in dict.fromkeys((word, *forms.also)) if number != "1" or not form.endswith("s")]
    spaced = [(number, form) for form in (forms.short, *spoken)]
    return [*spaced, (number + forms.short,), *([(number + forms.sign,)] if forms.sign else [])]
