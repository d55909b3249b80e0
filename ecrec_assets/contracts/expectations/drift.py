"""What the two rules about drift share: when there is enough on both sides to compare at all."""

from __future__ import annotations

from typing import Any

NOTHING_PUBLISHED = "nothing is published yet to compare with"


def judged(found: dict[str, Any], *, figure: str, limit: float, min_rows: int) -> dict[str, Any]:
    """Passes with a note when either side has fewer than `min_rows` rows; else when the figure is within the limit."""
    n, before = found["n"], found["reference_n"]
    if before == 0:
        return {"success": True, "result": {"observed_value": {**found, "note": NOTHING_PUBLISHED}}}
    if min(n, before) < min_rows or found[figure] is None:
        note = f"not judged: {min(n, before)} rows are fewer than {min_rows}"
        return {"success": True, "result": {"observed_value": {**found, "note": note}}}
    return {"success": found[figure] <= limit, "result": {"observed_value": found}}
