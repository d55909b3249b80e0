"""Reads the package size of a product out of what somebody typed.

The catalogue has 3,705 spellings. What they mean was decided by looking at the products:
`12 PK/12 OZ`, `12/12 OZ`, `6-12 OZ` are packs of packs and multiply; `10 CT/17.5 OZ` is the net weight of ten pieces;
`20 CT/13 GAL` is twenty bags of thirteen gallons, so pieces count; `10 3/4 OZ` and `1/2 GAL` are fractions;
`18-22 LB` is a range and its middle is taken; `8 X10 IN` is an area; `(100) 1 CT`, `528802 8 PK`, `P   16 OZ` start
with a code that says nothing, as does `83718713 OZ`, thirteen ounces; `LARGE` has no number and stays unread.
"""

from __future__ import annotations

import re
from functools import cache
from math import gcd, prod
from typing import NamedTuple

from ecrec_assets.prepare.size_units import BASE_UNITS, BY_SPELLING, UNITS, Unit


class PackageSize(NamedTuple):
    """`value` of `unit` as written; the same as `base` of `base_unit` (g, ml, ct, m or m2)."""

    value: float
    unit: str
    base: float
    base_unit: str


_UNIT = "|".join(sorted(map(re.escape, BY_SPELLING), key=len, reverse=True))
_NUMBER = r"(?:\d+(?:\.\d*)?|\.\d+)"
_TERM = re.compile(rf"(?P<number>{_NUMBER}(?:[ /-]+{_NUMBER})*)[ .-]*(?P<unit>{_UNIT})(?![A-Z])")
_AREA = re.compile(
    rf"(?P<a>{_NUMBER}|\d+/\d+) *(?P<of>IN|FT|YD)? *X *(?P<b>{_NUMBER}) *(?P<unit>IN|FT|YDS|YD|CM)(?![A-Z])"
)
_BOX = re.compile(r"\d *X *\d.* *X *\d")  # three sides are the box, not what is in it
_CODES = re.compile(r"\([^)]*\)?|^\d+\)|\b(?:SIZE|SZ) ?\d+|^[A-Z &-]+(?=[\d.])(?![\d.]+[A-Z]*-)|^[A-Z]+\d+ (?=\d+ )")
_LEADING_CODE = re.compile(r"^\d{3,} +(?=\d)|^\d{6}(?=\d{1,2} ?[A-Z])")
_BARE = {"HALF GAL": (0.5, "gal"), "HLF GAL": (0.5, "gal"), "PER LB": (1.0, "lb")} | {
    unit: (1.0, BY_SPELLING[unit].name)
    for unit in ("GAL", "L", "LB", "QT", "PT", "DZ", "DOZ", "PK", "PKG", "CTN", "KIT")
}
_FRACTION = re.compile(r"(?:(\d+)[ -]+)?(\d+)/(\d+)")
_DENOMINATORS = (2, 3, 4, 8, 16)
_ARTICLE_CODE = 10_000  # a number of five digits or more is the article's, not the package's


@cache
def parse_package_size(text: str) -> PackageSize | None:
    """The size, or None where the text has no number and unit that are understood."""
    cleaned = _LEADING_CODE.sub("", _CODES.sub("", text.upper().replace("_", " ").strip()).strip())
    if cleaned in _BARE:
        return _size(*_BARE[cleaned])
    if _BOX.search(cleaned):
        return None
    if area := _area(cleaned):
        return area
    terms = [term for found in _TERM.finditer(cleaned) if (term := _term(found["number"], BY_SPELLING[found["unit"]]))]
    return _chosen(terms) if terms else None


def _size(value: float, unit: str) -> PackageSize:
    known = UNITS[unit]
    return PackageSize(value, unit, value * known.base, BASE_UNITS[known.kind])


def _area(text: str) -> PackageSize | None:
    """`8 X10 IN`, `2 INX110 YD`: both sides in one unit of area."""
    found = _AREA.search(text)
    if not found:
        return None
    second = BY_SPELLING[found["unit"]]
    first = BY_SPELLING[found["of"]] if found["of"] else second
    square_inches = _number(found["a"]) * first.base * float(found["b"]) * second.base / UNITS["sq in"].base
    return _size(square_inches, "sq in") if square_inches else None


def _term(number: str, unit: Unit) -> tuple[float, Unit] | None:
    """The amount of a number as written before its unit; None where it means nothing."""
    amount = _amount(number.strip(), unit)
    if amount >= _ARTICLE_CODE:
        return (1.0, unit) if unit.name == "pk" else None
    return (amount, unit) if amount > 0 else None


def _amount(number: str, unit: Unit) -> float:
    if _is_fraction(number):
        return _number(number)
    parts = [float(part) for part in re.findall(_NUMBER, number)]
    if len(parts) == 1:
        return parts[0]
    if len(parts) > 2 and "-" in number:
        return parts[-1]
    if unit.name in ("oz", "fl oz", "ml", "l", "g", "gal", "pt", "qt") or ("/" in number and unit.kind == "weight"):
        return prod(parts)
    return sum(parts) / len(parts) if "-" in number else parts[-1]


def _is_fraction(number: str) -> bool:
    """`3/4`, `10 3/4`, `8-7/8`; not `3/6` (not reduced), `4/4` or `6/12` (packs of packs)."""
    found = _FRACTION.fullmatch(number)
    if not found:
        return False
    top, bottom = int(found[2]), int(found[3])
    return top < bottom and bottom in _DENOMINATORS and gcd(top, bottom) == 1


def _number(text: str) -> float:
    found = _FRACTION.fullmatch(text)
    return int(found[1] or 0) + int(found[2]) / int(found[3]) if found and int(found[3]) else float(text.split("/")[0])


def _chosen(terms: list[tuple[float, Unit]]) -> PackageSize:
    """One size of all that is written: packs multiply, weight and volume go before pieces, pieces before length."""
    packs = [amount for amount, unit in terms if unit.name == "pk"]
    inner = [(amount, unit) for amount, unit in terms if unit.name != "pk"]
    if not inner:
        return _size(packs[0], "pk")
    bags = any(unit.kind == "count" for _, unit in inner) and any(unit.name in ("gal", "qt") for _, unit in inner)
    order = ("count", "volume", "weight") if bags else ("weight", "volume", "count")
    ranked = sorted(inner, key=lambda term: order.index(term[1].kind) if term[1].kind in order else len(order))
    amount, unit = ranked[0]
    if packs and unit.kind == "length":
        return _size(packs[0], "pk")
    times = packs[0] if packs else 1.0
    ounces = ranked[1][0] if unit.name == "lb" and len(ranked) > 1 and ranked[1][1].name == "oz" else 0.0
    extra = ounces / 16 if ounces < 16 else 0.0
    return _size(times * (amount + extra), unit.name)
