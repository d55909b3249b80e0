"""The arguments of an expectation: known names, the right kinds, limits that do not contradict each other."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from ecrec_assets.contracts.reading import known
from ecrec_assets.contracts.reading.fields import described, is_a
from ecrec_assets.contracts.reading.problems import Findings, Spot, near, one_of, shown
from ecrec_assets.contracts.reading.tree import Map, Seq

CODE = ("row_condition", "condition_parser", "$PARAMETER", "unexpected_rows_query")
RULE_FIELDS = ("where", "severity", "dimension", "description", "name", "onFail")
KINDS = {"text": "a text", "flag": "true or false", "integer": "a whole number", "number": "a number", "list": "a list",
         "mapping": "a mapping", "time": "a time such as 2017-01-31T08:00:00"}  # fmt: skip
BOUNDS = {
    "ge": (lambda value, bound: value >= bound, "at least"), "gt": (lambda value, bound: value > bound, "more than"),
    "le": (lambda value, bound: value <= bound, "at most"), "lt": (lambda value, bound: value < bound, "less than"),
}  # fmt: skip


def check_arguments(expectation: str, kwargs: Map, column: str | None, place: str, findings: Findings) -> None:
    """`column` is the one the rule stands under, which needs no naming."""
    arguments = known.expectations()[expectation]["arguments"]
    before = len(findings.problems)
    for spot, key in _code(kwargs):
        message = f"{place}: '{key}' is not allowed in a contract; state conditions under 'where'"
        findings.error(spot, "code", message)
    for name, value in kwargs.items():
        if name in arguments:
            _check(name, value, arguments[name], kwargs, place, findings)
        elif name not in CODE:
            findings.error(kwargs.at(name), "unknown-argument", f"{place}: {_unknown(name, expectation, arguments)}")
    for name, argument in arguments.items():
        if argument.get("required") and kwargs.get(name) is None and not (name == "column" and column):
            findings.error(kwargs.spot, "missing-argument", f"{place}: {expectation} needs '{name}'")
    if len(findings.problems) == before:
        _check_limits(kwargs, place, findings)


def _unknown(name: str, expectation: str, arguments: dict[str, Any]) -> str:
    if name in RULE_FIELDS:
        where = "beside 'kwargs'" if name == "where" else "on the rule"
        return f"'{name}' is no argument; it stands {where}"
    hint = near(name, arguments, otherwise=f"; it takes {', '.join(arguments)}")
    return f"'{shown(name)}' is no argument of {expectation}{hint}"


def _code(value: Any) -> Iterator[tuple[Spot, str]]:
    """Suite parameters and text conditions are evaluated by Great Expectations, so a contract may hold neither."""
    if isinstance(value, Map):
        for key, item in value.items():
            if key in CODE:
                yield value.at(key), key
            yield from _code(item)
    elif isinstance(value, Seq):
        for item in value:
            yield from _code(item)


def _check(name: str, value: Any, argument: dict[str, Any], kwargs: Map, place: str, findings: Findings) -> None:
    spot = kwargs.value_at(name)
    if bad := next(not_finite(value), None):
        findings.error(spot, "not-finite", f"{place}: '{name}' holds {bad}, which no value can be compared with")
        return
    if value is None:
        return
    kinds = argument["kinds"]
    if not any(_fits(value, kind) for kind in kinds):
        wanted = " or ".join(KINDS[kind] for kind in kinds)
        message = f"{place}: '{name}' is {described(value)}; it must be {wanted}{_unquoted(value, kinds)}"
        findings.error(spot, "wrong-type", message)
        return
    if "choices" in argument and isinstance(value, str) and value not in argument["choices"]:
        hint = near(value, argument["choices"], otherwise=one_of(argument["choices"]))
        findings.error(spot, "wrong-value", f"{place}: '{name}' is '{shown(value)}'{hint}")
    for bound, (holds, word) in BOUNDS.items():
        if bound in argument and isinstance(value, int | float) and not holds(value, argument[bound]):
            message = f"{place}: '{name}' is {value}; it must be {word} {argument[bound]:g}{_percent(value, argument)}"
            findings.error(spot, "wrong-value", message)
    if "of" in argument and isinstance(value, Seq):
        for index, item in enumerate(value):
            if not any(_fits(item, kind) for kind in argument["of"]):
                wanted = " or ".join(KINDS[kind] for kind in argument["of"])
                message = f"{place}: '{name}' holds {described(item)}; each must be {wanted}"
                findings.error(value.value_at(index), "wrong-type", message)
    if name.endswith("_set") and isinstance(value, list) and not value:
        findings.error(spot, "contradiction", f"{place}: '{name}' is empty, so no value can be right; list the values")


def _fits(value: Any, kind: str) -> bool:
    if kind == "time":
        return isinstance(value, date) or (isinstance(value, str) and moment(value) is not None)
    return is_a(value, kind)


def _unquoted(value: Any, kinds: list[str]) -> str:
    if isinstance(value, str) and {"number", "integer"} & {*kinds} and _is_number(value):
        return f": write {shown(value.strip())} without quotes"
    return ""


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _percent(value: float, argument: dict[str, Any]) -> str:
    if argument.get("le") == 1 and 1 < value <= 100:
        return f"; {value:g} % is {value / 100:g}"
    return ""


def not_finite(value: Any) -> Iterator[str]:
    """NaN and infinities in a value, however deep."""
    if isinstance(value, float) and not math.isfinite(value):
        yield str(value)
    elif isinstance(value, dict):
        for item in value.values():
            yield from not_finite(item)
    elif isinstance(value, list):
        for item in value:
            yield from not_finite(item)


def _check_limits(kwargs: Map, place: str, findings: Findings) -> None:
    low, high = comparable(kwargs.get("min_value")), comparable(kwargs.get("max_value"))
    if low is None or high is None:
        return
    spot = kwargs.value_at("min_value")
    if isinstance(low, datetime) != isinstance(high, datetime):
        message = (
            f"{place}: min_value is {described(kwargs['min_value'])} and max_value {described(kwargs['max_value'])}"
        )
        findings.error(spot, "contradiction", f"{message}; give two numbers or two times")
    elif low > high:
        message = (
            f"{place}: min_value {shown(str(kwargs['min_value']))} is above max_value {shown(str(kwargs['max_value']))}"
        )
        findings.error(spot, "contradiction", f"{message}, so no value can be right; exchange them")
    elif low == high and (kwargs.get("strict_min") or kwargs.get("strict_max")):
        message = f"{place}: min_value and max_value are both {shown(str(kwargs['min_value']))}, and a strict limit"
        findings.error(spot, "contradiction", f"{message} leaves no value out; widen the range or drop the strictness")


def comparable(limit: Any) -> Any:
    """A limit as a number or as a time in UTC; None for what is neither."""
    if isinstance(limit, int | float) and not isinstance(limit, bool):
        return limit
    return moment(limit)


def moment(value: Any) -> datetime | None:
    """A date, a time or the text of one, in UTC; None for anything else."""
    if isinstance(value, str) and len(value) >= len("2017-01-01"):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        try:
            return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        except OverflowError:
            return None
    return datetime(value.year, value.month, value.day, tzinfo=UTC) if isinstance(value, date) else None
