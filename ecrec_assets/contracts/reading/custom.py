"""`customProperties`: what the standard has no field for and ecrec reads."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any

from ecrec_assets.contracts.reading.problems import Findings, Spot, near, shown
from ecrec_assets.contracts.reading.tree import Map, maps

ALMOST = 0.8


def custom(owner: Map, known: tuple[str, ...], findings: Findings) -> dict[str, Any]:
    """Values by property. Others than `known` are the author's own; one that is almost a known one is an error."""
    found: dict[str, Any] = {}
    for item in maps(owner, "customProperties"):
        name = item.get("property")
        if not isinstance(name, str):
            findings.error(item.spot, "missing", "a custom property needs a 'property', its name, and a 'value'")
            continue
        if name not in known and (hint := near(name, known)) and _is_near(name, known):
            findings.error(
                item.at("property"), "unknown-field", f"the custom property '{shown(name)}' is unknown{hint}"
            )
        found[name] = item.get("value")
    return found


def custom_spot(owner: Map, name: str) -> Spot:
    """Where the value of a custom property stands."""
    for item in maps(owner, "customProperties"):
        if item.get("property") == name:
            return item.value_at("value")
    return owner.spot


def _is_near(name: str, known: tuple[str, ...]) -> bool:
    return any(SequenceMatcher(None, name.casefold(), each.casefold()).ratio() >= ALMOST for each in known)
