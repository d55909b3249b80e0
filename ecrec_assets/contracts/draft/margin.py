"""How far a limit stands from what was seen, so that the next delivery passes and a broken one does not.

A share seen in a table is one draw. Its Wilson upper bound at 99.9 % says what the share may really be; twice that is
the limit, because the next month is not the same month.
"""

from __future__ import annotations

import math

Z = 3.09  # 99.9 %, one-sided
DRIFT = 2.0
LEAST, MOST = 0.001, 0.01  # of the quarantine limit


def upper_share(failed: int, rows: int) -> float:
    """Wilson's upper bound of `failed / rows`; about 9.5 / rows when none failed (Wilson 1927)."""
    if rows == 0:
        return 1.0
    share, spread = failed / rows, Z * Z / rows
    root = Z * math.sqrt(share * (1 - share) / rows + spread / (4 * rows))
    return min(1.0, (share + spread / 2 + root) / (1 + spread))


def allowed_share(failed: int, rows: int) -> float:
    """The share of rows that may fail: twice the upper bound, but never more than half way from it to all rows."""
    upper = upper_share(failed, rows)
    return rounded_up(max(min(DRIFT * upper, (1 + upper) / 2), LEAST))


def mostly(failed: int, rows: int) -> float:
    """The share of rows that have to pass; 1 - `allowed_share`."""
    limit = allowed_share(failed, rows) if failed else quarantine_limit(rows)
    return round(1 - limit, 6)


def quarantine_limit(rows: int) -> float:
    """The limit for rules no row breaks: between one row in a thousand and one in a hundred, by size."""
    return min(MOST, max(LEAST, rounded_up(upper_share(0, rows))))


def rounded_up(share: float) -> float:
    """Two digits, upwards: 0.0123 -> 0.013."""
    if share <= 0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(share)) - 1)
    return min(1.0, round(math.ceil(share / unit - 1e-9) * unit, 9))


def nice(value: float, *, up: bool) -> float:
    """The next of 1, 1.5, 2, 3, 5, 7 times a power of ten, away from zero or towards it as `up` asks."""
    if value == 0 or not math.isfinite(value):
        return value
    if value < 0:
        return -nice(-value, up=not up)
    power = 10.0 ** math.floor(math.log10(value))
    steps = (1, 1.5, 2, 3, 5, 7, 10)
    near = [step for step in steps if (step >= value / power - 1e-9 if up else step <= value / power + 1e-9)]
    found = (near[0] if up else near[-1]) * power
    return float(f"{found:.6g}")
