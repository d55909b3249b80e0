"""Whether a text is a cron schedule of five fields."""

from __future__ import annotations

import re

FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day of the month", 1, 31), ("month", 1, 12), ("day of the week", 0, 7))
ITEM = re.compile(r"(?:\*|(\d+)(?:-(\d+))?)(?:/(\d+))?")


def check_cron(text: str) -> str:
    """The text itself, or ValueError that names the field that is wrong."""
    parts = text.split()
    if len(parts) != len(FIELDS):
        raise ValueError(f"'{text}' has {len(parts)} fields, a cron schedule has 5, such as '0 5 * * *'")
    for part, (name, low, high) in zip(parts, FIELDS, strict=True):
        if not all(_fits(item, low, high) for item in part.split(",")):
            raise ValueError(f"the {name} '{part}' of '{text}' is not *, or numbers from {low} to {high}")
    return text


def _fits(item: str, low: int, high: int) -> bool:
    found = ITEM.fullmatch(item)
    if not found:
        return False
    first, last, step = (int(number) if number else None for number in found.groups())
    ordered = first is None or last is None or first <= last
    return ordered and all(low <= number <= high for number in (first, last) if number is not None) and step != 0
