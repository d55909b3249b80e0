"""Numbers and shares as the evidence of a draft says them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any


def number(value: Any) -> str:
    """`1234567.0` -> `1,234,567`; four digits for a fraction."""
    if isinstance(value, datetime | date):
        return value.isoformat().removesuffix("T00:00:00")
    if isinstance(value, float) and value != int(value):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.1f}"
    return f"{int(value):,}"


def a(name: str) -> str:
    """`InvoiceNo` -> `an InvoiceNo`."""
    return f"an {name}" if name[:1].lower() in "aeiou" else f"a {name}"


def rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def of(passed: int, total: int) -> str:
    """`41,203 of 41,210 rows`; `all 41,210 rows` when none is missing."""
    return f"all {rows(total)}" if passed == total else f"{passed:,} of {rows(total)}"


def percent(share: float) -> str:
    return f"{share * 100:.3g} %"
