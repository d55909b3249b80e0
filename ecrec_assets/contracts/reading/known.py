"""What a contract may name: expectations with their arguments, and the fields of the standard. Light to load."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("known.json")  # written by build_known.py; a test holds it to the real thing


@cache
def _known() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def expectations() -> dict[str, Any]:
    """By name: `about` (a sentence), `rows` (it can say which rows fail) and `arguments`."""
    return _known()["expectations"]


def fields(kind: str) -> dict[str, str]:
    """The fields of one object of the standard, such as `SchemaProperty`, with the kind of each."""
    found: dict[str, str] = _known()["fields"][kind]
    return found


@cache
def kinds() -> frozenset[str]:
    """The names of the standard's objects."""
    return frozenset(_known()["fields"])
