"""In which direction an argument of a rule moved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ecrec_assets.contracts.diff.change import Kind

HIGHER_IS_STRICTER = ("min_value", "mostly", "min_rows", "min_share", "sum_total")
LOWER_IS_STRICTER = ("max_value", "max_age_hours", "max_share", "threshold", "tie_breaking_limit")
STRICTER_WHEN_TRUE = ("strict_min", "strict_max", "strictly")
LOOSER_WHEN_TRUE = ("or_equal", "ignore_row_if")
SETS = ("value_set", "column_set", "type_list", "regex_list")


class Move(NamedTuple):
    """`kind` is tightening or loosening; None when the values do not tell."""

    name: str
    kind: Kind | None
    old: Any
    new: Any


def moves(expectation: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Move]:
    """One move an argument that differs; a set that lost some members and got others moves twice."""
    for name in dict.fromkeys([*old, *new]):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if name in SETS and isinstance(before, list) and isinstance(after, list):
            yield from _set_moves(name, expectation, before, after)
        else:
            yield Move(name, _direction(name, before, after), before, after)


def _direction(name: str, before: Any, after: Any) -> Kind | None:
    if name in STRICTER_WHEN_TRUE:
        return "tightening" if after else "loosening"
    if name in LOOSER_WHEN_TRUE:
        return "loosening" if after else "tightening"
    if name not in HIGHER_IS_STRICTER + LOWER_IS_STRICTER:
        return None
    if name == "mostly":
        before, after = 1 if before is None else before, 1 if after is None else after
    if before is None:
        return "tightening"
    if after is None:
        return "loosening"
    try:
        higher = after > before
    except TypeError:
        return None
    return "tightening" if higher == (name in HIGHER_IS_STRICTER) else "loosening"


def _set_moves(name: str, expectation: str, before: list[Any], after: list[Any]) -> Iterator[Move]:
    """Members of an allowed set that go are a tightening; of a forbidden set, a loosening."""
    forbids = "_not_" in expectation
    gone = [member for member in before if member not in after]
    come = [member for member in after if member not in before]
    if gone:
        yield Move(name, "loosening" if forbids else "tightening", gone, None)
    if come:
        yield Move(name, "tightening" if forbids else "loosening", None, come)
