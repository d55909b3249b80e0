"""What a rule allows a column to hold, as a set that can be compared with another's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ecrec_assets.contracts.model import Rule
from ecrec_assets.contracts.reading.arguments import comparable, moment

BETWEEN = {
    "expect_column_values_to_be_between": "value",
    "expect_column_value_lengths_to_be_between": "length",
    "expect_table_row_count_to_be_between": "rows",
}
AGGREGATES = ("mean", "median", "min", "max")
SETS = ("expect_column_values_to_be_in_set", "expect_column_distinct_values_to_be_in_set")


@dataclass(frozen=True, slots=True)
class Allowed:
    """Values of one domain (`value`, `length` or `rows`) of one column: a range, or a closed list."""

    column: str
    domain: str
    low: Any = None
    high: Any = None
    strict_low: bool = False
    strict_high: bool = False
    members: tuple[Any, ...] | None = None

    def holds(self, value: Any) -> bool:
        """Whether one value is allowed; what cannot be compared is."""
        if self.members is not None:
            return value in self.members
        try:
            above = self.low is None or (value > self.low if self.strict_low else value >= self.low)
            below = self.high is None or (value < self.high if self.strict_high else value <= self.high)
        except TypeError:
            return True
        return above and below

    def disjoint(self, other: Allowed) -> bool:
        """True when no value is allowed by both."""
        if self.members is not None:
            return not any(other.holds(member) for member in self.members)
        if other.members is not None:
            return other.disjoint(self)
        return _beyond(self, other) or _beyond(other, self)

    def within(self, other: Allowed) -> bool:
        """True when every value allowed here is allowed there."""
        if self.members is not None:
            return all(other.holds(member) for member in self.members)
        if other.members is not None:
            return False
        return _not_below(self, other) and _not_above(self, other)


def allowed(rule: Rule) -> Allowed | None:
    """None for a rule that is not about ranges or sets of values."""
    column, kwargs = rule.kwargs.get("column", ""), rule.kwargs
    if rule.expectation in BETWEEN:
        return _range(column, BETWEEN[rule.expectation], kwargs)
    if rule.expectation in SETS and isinstance(kwargs.get("value_set"), list):
        return Allowed(column, "value", members=tuple(_value(item) for item in kwargs["value_set"]))
    return None


def aggregate(rule: Rule) -> Allowed | None:
    """The range of a mean, median, least or greatest value, which can lie nowhere but among the values."""
    if any(rule.expectation == f"expect_column_{name}_to_be_between" for name in AGGREGATES):
        return _range(rule.kwargs.get("column", ""), "value", rule.kwargs)
    return None


def _range(column: str, domain: str, kwargs: dict[str, Any]) -> Allowed | None:
    low, high = comparable(kwargs.get("min_value")), comparable(kwargs.get("max_value"))
    if low is None and high is None:
        return None
    return Allowed(column, domain, low, high, bool(kwargs.get("strict_min")), bool(kwargs.get("strict_max")))


def _value(item: Any) -> Any:
    return item if isinstance(item, bool | int | float) else moment(item) or item


def _beyond(one: Allowed, other: Allowed) -> bool:
    if one.low is None or other.high is None:
        return False
    try:
        return bool(one.low > other.high or (one.low == other.high and (one.strict_low or other.strict_high)))
    except TypeError:
        return False


def _not_below(one: Allowed, other: Allowed) -> bool:
    if other.low is None:
        return True
    try:
        return one.low is not None and bool(
            one.low > other.low or (one.low == other.low and (one.strict_low or not other.strict_low))
        )
    except TypeError:
        return False


def _not_above(one: Allowed, other: Allowed) -> bool:
    if other.high is None:
        return True
    try:
        return one.high is not None and bool(
            one.high < other.high or (one.high == other.high and (one.strict_high or not other.strict_high))
        )
    except TypeError:
        return False
