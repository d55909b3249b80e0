"""Rule names: letters, digits and underscores, whatever the column is called."""

from __future__ import annotations

import re


def rule_name(column: str, rest: str) -> str:
    """`Order ID`, `is_unique` -> `Order_ID_is_unique`."""
    word = re.sub(r"\W+", "_", column).strip("_") or "column"
    return f"{'c' if word[0].isdigit() else ''}{word}_{rest}"
