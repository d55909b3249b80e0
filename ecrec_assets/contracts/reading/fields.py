"""Every field of the document against the standard: misspelt names, and values of another kind."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from ecrec_assets.contracts.reading import known
from ecrec_assets.contracts.reading.problems import Findings, Spot, near, shown
from ecrec_assets.contracts.reading.tree import Map, Seq

ROOT = "OpenDataContractStandard"
USUAL = {"text": str, "flag": bool, "integer": int}  # what nearly every field is, at the least cost
WORDS = {"text": "a text", "flag": "true or false", "integer": "a whole number", "number": "a number"}


def check_fields(value: Map, kind: str, findings: Findings) -> None:
    """Walks the whole document; `kind` is an object of the standard."""
    allowed = known.fields(kind)
    for name, item in value.items():
        if name not in allowed:
            hint = near(name, allowed, otherwise=f"; it has {', '.join(sorted(allowed))}")
            findings.error(value.at(name), "unknown-field", f"'{shown(name)}' is no field of {_called(kind)}{hint}")
        elif item is None or type(item) is USUAL.get(allowed[name]):
            continue
        elif not _fits(item, name, allowed[name], findings):
            _complain(value.value_at(name), name, item, allowed[name], findings)


def _fits(item: Any, name: str, kind: str, findings: Findings) -> bool:
    """Looks into lists and objects of the standard and complains of what is in them."""
    if type(item) is Seq and kind.startswith("["):
        for index, member in enumerate(item):
            if not _fits(member, name, kind[1:-1], findings):
                _complain(item.value_at(index), name, member, kind[1:-1], findings)
        return True
    for option in _options(kind):
        if type(item) is Map and option in known.kinds():
            check_fields(item, option, findings)
            return True
        if is_a(item, option):
            return True
    return False


def _complain(spot: Spot, name: str, item: Any, kind: str, findings: Findings) -> None:
    message = f"'{name}' is {described(item)}; it must be {_wanted(kind)}{_way_out(item, kind)}"
    findings.error(spot, "wrong-type", message)


@cache
def _options(kind: str) -> tuple[str, ...]:
    """`Team|[TeamMember]` -> `Team`, `[TeamMember]`; a list has no options of its own."""
    return (kind,) if kind.startswith("[") else tuple(kind.split("|"))


def is_a(item: Any, kind: str) -> bool:
    """Whether a value is of a simple kind; true and false are no numbers."""
    match kind:
        case "any":
            return True
        case "text":
            return isinstance(item, str)
        case "flag":
            return isinstance(item, bool)
        case "integer":
            return isinstance(item, int) and not isinstance(item, bool)
        case "number":
            return isinstance(item, int | float) and not isinstance(item, bool)
        case "mapping":
            return isinstance(item, dict)
        case "list":
            return isinstance(item, list)
    return kind.startswith("[") and isinstance(item, list)


def described(item: Any) -> str:
    """`the text '5'`, `the number 5`, `a list`: what was found, in words."""
    if item is None:
        return "empty"
    if isinstance(item, bool):
        return str(item).lower()
    if isinstance(item, dict):
        return "a mapping"
    if isinstance(item, list):
        return "a list"
    if isinstance(item, str):
        return f"the text '{shown(item)}'"
    return f"the {'date' if isinstance(item, date) else 'number'} {shown(str(item))}"


def _wanted(kind: str) -> str:
    if kind.startswith("["):
        return "a list" + (f" of {_called(kind[1:-1])}s" if kind[1:-1] in known.kinds() else "")
    parts = [part for part in _options(kind) if not (part == "integer" and "number" in kind)]
    return " or ".join(WORDS.get(part, "a mapping" if part in known.kinds() else f"a {part}") for part in parts)


def _way_out(item: Any, kind: str) -> str:
    if kind == "text" and isinstance(item, int | float | date):
        return f': write it in quotes, "{str(item).lower() if isinstance(item, bool) else item}"'
    if isinstance(item, str) and kind != "text" and not kind.startswith("["):
        return ", without quotes"
    return ""


def _called(kind: str) -> str:
    names = {ROOT: "a contract", "SchemaObject": "a table", "SchemaProperty": "a column", "DataQuality": "a rule"}
    return names.get(kind, kind)
