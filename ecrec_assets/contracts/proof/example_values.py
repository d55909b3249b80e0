"""Values that a column may hold, drawn at random from what its rules leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import polars as pl

DAYS = 40
WORDS = ("apple", "bread", "cheese", "dates", "eggs", "flour", "grapes", "honey", "jam", "kale")


@dataclass(frozen=True)
class Allowed:
    """What the rules about one column leave. `newest` is the latest time that makes sense, `entries` are of lists."""

    dtype: pl.DataType
    newest: datetime
    key: bool = False
    empty: bool = False
    members: tuple[Any, ...] = ()
    entries: tuple[str, ...] = ()
    pattern: str | None = None
    low: Any = None
    high: Any = None
    shortest: int | None = None
    longest: int | None = None
    most: int | None = None


def values(allowed: Allowed, count: int, random: Random) -> list[Any]:
    """`count` values; distinct ones for a key as far as the type goes."""
    if allowed.empty:
        return [None] * count
    members = list(allowed.members)
    if not members and allowed.most is not None:
        members = list(dict.fromkeys(_by_type(allowed, random)(count)))[: allowed.most]
    if members:
        return [*members[:count], *(random.choice(members) for _ in range(count - len(members)))]
    return _by_type(allowed, random)(count)


def _by_type(allowed: Allowed, random: Random) -> Callable[[int], list[Any]]:
    dtype = allowed.dtype
    if dtype.is_integer():
        return lambda count: _integers(allowed, count, random)
    if dtype.is_float():
        low, high = _range(allowed, 100.0)
        return lambda count: [low + (high - low) * random.random() for _ in range(count)]
    if dtype.is_temporal():
        return lambda count: _moments(allowed, count)
    if dtype == pl.Boolean:
        return lambda count: [random.random() < 0.5 for _ in range(count)]
    if isinstance(dtype, pl.List):
        return lambda count: _lists(allowed, count, random)
    return lambda count: _texts(allowed, count, random)


def _range(allowed: Allowed, width: float) -> tuple[Any, Any]:
    low, high = allowed.low, allowed.high
    if low is None and high is None:
        return 1, 1 + width
    if low is None:
        return high - width, high
    return low, low + width if high is None else high


def _integers(allowed: Allowed, count: int, random: Random) -> list[int]:
    low, high = (int(bound) for bound in _range(allowed, 10_000 if allowed.key else 50))
    if allowed.key:
        return [low + i % (high - low + 1) for i in range(count)]
    return [random.randint(low, high) for _ in range(count)]


def _moments(allowed: Allowed, count: int) -> list[Any]:
    """Spread evenly over some weeks that end at the latest time allowed, every day among them."""
    last = _naive(allowed.high) if allowed.high is not None else _naive(allowed.newest)
    first = (
        max(_naive(allowed.low), last - timedelta(days=DAYS))
        if allowed.low is not None
        else last - timedelta(days=DAYS)
    )
    step = (last - first) / max(count - 1, 1)
    moments = [first + i * step for i in range(count)]
    return [each.date() for each in moments] if allowed.dtype == pl.Date else moments


def _naive(moment: Any) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, datetime.min.time()) if isinstance(moment, date) else datetime.min
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _lists(allowed: Allowed, count: int, random: Random) -> list[list[Any]]:
    shortest, longest = allowed.shortest or 1, allowed.longest or max(allowed.shortest or 1, 4)
    inner: Callable[[], Any] = (
        random.random if "Float" in str(allowed.dtype) else lambda: random.choice(allowed.entries or WORDS)
    )
    return [[inner() for _ in range(random.randint(shortest, min(longest, shortest + 3)))] for _ in range(count)]


def _texts(allowed: Allowed, count: int, random: Random) -> list[str]:
    if allowed.pattern is not None:
        from rstr import Rstr

        made = Rstr(random)
        return [made.xeger(allowed.pattern) for _ in range(count)]
    if allowed.key:
        return [_sized(f"{random.choice(WORDS)}-{i}", allowed) for i in range(count)]
    return [_sized(random.choice(WORDS), allowed) for _ in range(count)]


def _sized(text: str, allowed: Allowed) -> str:
    longest = allowed.longest if allowed.longest is not None else len(text)
    return text.ljust(allowed.shortest or 0, "x")[: max(longest, allowed.shortest or 0)]
