"""The `quality` lists as rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ecrec_assets.contracts.model import Condition, Rule
from ecrec_assets.contracts.reading import known
from ecrec_assets.contracts.reading.arguments import check_arguments, not_finite
from ecrec_assets.contracts.reading.custom import custom, custom_spot
from ecrec_assets.contracts.reading.fields import described
from ecrec_assets.contracts.reading.problems import Findings, near, one_of, shown
from ecrec_assets.contracts.reading.tree import Map, Seq, maps, plain

DIMENSIONS = ("completeness", "consistency", "accuracy", "timeliness", "uniqueness", "balance")
SEVERITIES = ("critical", "warning", "info")
ON_FAIL = ("quarantine", "block", "warn")
OPERATORS = ("==", "!=", "<", "<=", ">", ">=", "in", "not in", "is null", "is not null")
ENGINES = ("greatExpectations", "great-expectations")
IMPLEMENTATION = ("type", "kwargs", "where")
LONGEST_NAME = 128


class Stated(NamedTuple):
    """One entry of a `quality` list, and the column it stands under."""

    entry: Map
    column: str | None


def stated_rules(table: Map) -> Iterator[Stated]:
    """Rules of the columns, then those of the table."""
    for prop in maps(table, "properties"):
        name = prop.get("name")
        yield from (Stated(entry, name if isinstance(name, str) else None) for entry in maps(prop, "quality"))
    yield from (Stated(entry, None) for entry in maps(table, "quality"))


def read_rule(stated: Stated, findings: Findings) -> Rule | None:
    """One rule; None, with its problems among the findings, when it cannot be read."""
    entry, before = stated.entry, len(findings.problems)
    place = _place(stated)
    name = _name(entry, place, findings)
    reason = entry.get("description")
    if not isinstance(reason, str) or not reason.strip():
        findings.error(
            entry.at("description"), "missing", f"{place}: give a 'description' that says why the rule exists"
        )
    dimension = _one_of(entry, "dimension", DIMENSIONS, place, findings)
    severity = _one_of(entry, "severity", SEVERITIES, place, findings)
    implementation = entry.get("implementation")
    expectation = _expectation(entry, implementation, place, findings)
    on_fail = _on_fail(entry, expectation, place, findings)
    if not isinstance(implementation, Map) or expectation is None:
        return None
    kwargs, where = _kwargs(implementation, place, findings), _where(implementation, place, findings)
    check_arguments(expectation, kwargs, stated.column, place, findings)
    if len(findings.problems) > before or not name or not isinstance(reason, str):
        return None
    arguments = plain(kwargs)
    if stated.column is not None and "column" in known.expectations()[expectation]["arguments"]:
        arguments.setdefault("column", stated.column)
    return Rule(name, expectation, arguments, dimension, severity, on_fail, reason, where)


def _place(stated: Stated) -> str:
    under = f" of column '{shown(stated.column)}'" if stated.column else ""
    return f"rule '{shown(stated.entry.get('name') or '')}'{under}"


def _name(entry: Map, place: str, findings: Findings) -> str | None:
    name = entry.get("name")
    if isinstance(name, str) and name.isidentifier() and len(name) <= LONGEST_NAME:
        return name
    message = f"{place}: give a 'name' of letters, digits and underscores, at most {LONGEST_NAME} long"
    findings.error(entry.at("name"), "wrong-value", f"{message}; it names the check everywhere")
    return None


def _one_of(entry: Map, field: str, allowed: tuple[str, ...], place: str, findings: Findings) -> Any:
    value = entry.get(field)
    if value not in allowed:
        says = "is missing" if value is None else f"is '{shown(value)}'"
        hint = near(value, allowed, otherwise=one_of(allowed)) if value is not None else one_of(allowed)
        findings.error(entry.at(field), "wrong-value", f"{place}: '{field}' {says}{hint}")
    return value


def _on_fail(entry: Map, expectation: str | None, place: str, findings: Findings) -> Any:
    value = custom(entry, ("onFail",), findings).get("onFail", "block")
    if value not in ON_FAIL:
        hint = near(value, ON_FAIL, otherwise=one_of(ON_FAIL))
        findings.error(custom_spot(entry, "onFail"), "wrong-value", f"{place}: 'onFail' is '{shown(value)}'{hint}")
    elif value == "quarantine" and expectation and not known.expectations()[expectation]["rows"]:
        message = f"{place}: {expectation} cannot say which rows fail; use onFail block or warn"
        findings.error(custom_spot(entry, "onFail"), "no-rows", message)
    return value


def _expectation(entry: Map, implementation: Any, place: str, findings: Findings) -> str | None:
    engine, kind = entry.get("engine"), entry.get("type")
    if engine is not None and engine not in ENGINES:
        findings.error(
            entry.at("engine"), "wrong-value", f"{place}: 'engine' is '{shown(engine)}'; write greatExpectations"
        )
    if not isinstance(implementation, Map) or not isinstance(implementation.get("type"), str):
        message = f"{place}: give an 'implementation' with a 'type' that is an expectation, such as"
        hint = f"; quality of type '{shown(kind)}' is not run" if kind not in (None, "custom") else ""
        findings.error(entry.at("implementation"), "missing", f"{message} expect_column_values_to_be_between{hint}")
        return None
    for field in implementation:
        if field not in IMPLEMENTATION:
            hint = near(field, IMPLEMENTATION, otherwise=one_of(IMPLEMENTATION))
            findings.error(implementation.at(field), "unknown-field", f"{place}: '{shown(field)}' is unknown{hint}")
    name: str = implementation["type"]
    if name in known.expectations():
        return name
    hint = near(name, known.expectations(), otherwise="; `ecrec contract schema` lists them")
    findings.error(implementation.value_at("type"), "unknown-rule", f"{place}: no expectation '{shown(name)}'{hint}")
    return None


def _kwargs(implementation: Map, place: str, findings: Findings) -> Map:
    kwargs = implementation.get("kwargs")
    if kwargs is not None and not isinstance(kwargs, Map):
        message = f"{place}: 'kwargs' is {described(kwargs)}; it must be a mapping, such as {{min_value: 0}}"
        findings.error(implementation.value_at("kwargs"), "wrong-type", message)
    return kwargs if isinstance(kwargs, Map) else Map(implementation.mark)


def _where(implementation: Map, place: str, findings: Findings) -> tuple[Condition, ...]:
    """`{slice: all}` means equality; `[{column, operator, value}]` says the operator. Never a string of code."""
    where = implementation.get("where")
    if where is None:
        return ()
    spot = implementation.value_at("where")
    if next(not_finite(where), None):
        findings.error(spot, "not-finite", f"{place}: 'where' compares with NaN or infinity, which no value equals")
    if isinstance(where, Map):
        return tuple(Condition(column, "==", plain(value)) for column, value in where.items())
    if isinstance(where, Seq) and all(isinstance(item, Map) for item in where):
        read = (_condition(item, place, findings) for item in where)
        return tuple(condition for condition in read if condition is not None)
    message = f"{place}: 'where' is a mapping or a list of column, operator, value; code is never accepted"
    findings.error(spot, "code", message)
    return ()


def _condition(item: Map, place: str, findings: Findings) -> Condition | None:
    for field in item:
        if field not in ("column", "operator", "value"):
            hint = near(field, ("column", "operator", "value"), otherwise="; it has column, operator and value")
            findings.error(item.at(field), "unknown-field", f"{place}: '{shown(field)}' is no field of 'where'{hint}")
    column, operator = item.get("column"), item.get("operator")
    if not isinstance(column, str):
        findings.error(item.spot, "missing", f"{place}: a condition of 'where' needs a 'column'")
        return None
    if operator not in OPERATORS:
        says = f"operator '{shown(operator)}' of 'where' is unknown"
        findings.error(
            item.at("operator"), "wrong-value", f"{place}: {says}{near(operator, OPERATORS) or one_of(OPERATORS)}"
        )
        return None
    if not _value_fits(item, str(operator), place, findings):
        return None
    return Condition(column, operator, plain(item.get("value")))


def _value_fits(item: Map, operator: str, place: str, findings: Findings) -> bool:
    value = item.get("value")
    if operator in ("in", "not in"):
        if isinstance(value, list) and value:
            return True
        findings.error(item.at("value"), "wrong-type", f"{place}: operator '{operator}' takes a list that is not empty")
        return False
    if operator.startswith("is "):
        if value is None:
            return True
        findings.error(item.at("value"), "wrong-value", f"{place}: operator '{operator}' takes no value")
        return False
    if isinstance(value, Mapping | list) or value is None:
        hint = "; ask for missing values with 'is null'" if value is None else ""
        message = f"{place}: operator '{operator}' takes one value, not {described(value)}{hint}"
        findings.error(item.at("value"), "wrong-type", message)
        return False
    return True
