"""Units a package size is written in: their spellings and what one of them is in a base unit."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["weight", "volume", "count", "length", "area"]
BASE_UNITS: dict[Kind, str] = {"weight": "g", "volume": "ml", "count": "ct", "length": "m", "area": "m2"}


class Unit(NamedTuple):
    """A unit: its name here, what it measures, and how many base units it is."""

    name: str
    kind: Kind
    base: float


_SPELLINGS: tuple[tuple[str, Kind, float, str], ...] = (
    ("oz", "weight", 28.349523125, "OZ OZS Z"),
    ("lb", "weight", 453.59237, "LB LBS"),
    ("g", "weight", 1.0, "G GM GMS GR GS"),
    ("kg", "weight", 1000.0, "KG"),
    ("fl oz", "volume", 29.5735295625, "FL.OZ REC.OZ"),
    ("ml", "volume", 1.0, "ML MLL CC"),
    ("l", "volume", 1000.0, "L LT LTR LRT LL LITER"),
    ("cup", "volume", 236.5882365, "CUP CUPS CP"),
    ("pt", "volume", 473.176473, "PT PTS PINT"),
    ("qt", "volume", 946.352946, "QT QTS QUART"),
    ("gal", "volume", 3785.411784, "GAL GA GALON GALLON"),
    ("cu in", "volume", 16.387064, "CU.IN"),
    ("cu ft", "volume", 28316.846592, "CU.FT"),
    ("ct", "count", 1.0, "CT CNT C"),
    ("pk", "count", 1.0, "PK PKS PKG PKGS P CTN CELL.PK TWIN.PK"),
    ("pc", "count", 1.0, "PC PCS PIECE BAGS PADS STICK STICKS STRIPS SLICE SPOONS BAR"),
    ("dz", "count", 12.0, "DZ DZN DOZ DOZEN"),
    ("pair", "count", 1.0, "PAIR PAIRS"),
    ("each", "count", 1.0, "EA EACH KIT KITS SET"),
    ("load", "count", 1.0, "LOAD LOADS LD LDS USE USES DOSE DOSES"),
    ("sheet", "count", 1.0, "SHEET SHEETS SQUARES"),
    ("roll", "count", 1.0, "ROLL ROLLS"),
    ("stem", "count", 1.0, "STEM STEMS BUNCHES"),
    ("in", "length", 0.0254, "IN INES INCH"),
    ("ft", "length", 0.3048, "FT FOOT"),
    ("yd", "length", 0.9144, "YD YDS"),
    ("cm", "length", 0.01, "CM"),
    ("mm", "length", 0.001, "MM"),
    ("sq in", "area", 0.00064516, "SQ.IN"),
    ("sq ft", "area", 0.09290304, "SQ.FT S.FT"),
)
UNITS = {name: Unit(name, kind, base) for name, kind, base, _ in _SPELLINGS}
BY_SPELLING = {
    spelling.replace(".", " "): UNITS[name] for name, _, _, spellings in _SPELLINGS for spelling in spellings.split()
}
