"""References to contracts and columns that are not there, and circles of them."""

from __future__ import annotations

from ecrec_assets.contracts.lint.subject import Subject
from ecrec_assets.contracts.odcs import cycles
from ecrec_assets.contracts.reading.problems import Spot, near, shown
from ecrec_assets.contracts.reading.source import is_key
from ecrec_assets.contracts.reading.tree import maps


def check(subject: Subject) -> None:
    """Of `relationships`, and of the `reference` of a rule."""
    for reference in subject.contract.references:
        spot = _relationship(subject, reference.column, f"{reference.table}.{reference.to_column}")
        place = f"column '{shown(reference.column)}'"
        _exists(subject, spot, place, reference.table, reference.to_column, reference.column)
    for rule in subject.stated():
        table, column = rule.kwargs.get("reference"), rule.kwargs.get("reference_column")
        if isinstance(table, str):
            spot = subject.kwarg_spot(rule, "reference")
            _exists(subject, spot, subject.called(rule), table, column, rule.kwargs.get("column"))
    for cycle in cycles(subject.contracts):
        if subject.contract.key in cycle:
            spot = _to(subject, cycle[cycle.index(subject.contract.key) + 1 :] or cycle[1:])
            message = f"{' -> '.join(cycle)} refer to each other in a circle, so none can be published first; drop one"
            subject.findings.error(spot, "cycle", message)


def _exists(subject: Subject, spot: Spot, place: str, table: str, column: object, own: object) -> None:
    if not is_key(table):
        message = f"{place}: '{shown(table)}' cannot be the name of a contract; name one such as raw/products"
        subject.findings.error(spot, "wrong-value", message)
    elif (key := _key(subject, table)) is None:
        hint = near(table, subject.contracts, otherwise="; write its contract first")
        subject.findings.error(spot, "unknown-contract", f"{place}: there is no contract '{shown(table)}'{hint}")
    elif isinstance(column, str):
        schema, mine = subject.contracts[key].schema, subject.contract.schema
        if column not in schema:
            message = f"{place}: {table} has no column '{shown(column)}'{near(column, schema)}"
            subject.findings.error(spot, "unknown-column", message)
        elif isinstance(own, str) and own in mine and mine[own] != schema[column]:
            message = f"{place}: {shown(own)} is {mine[own]} and {table}.{shown(column)} is {schema[column]}"
            subject.findings.error(spot, "wrong-type", f"{message}; give both one type")


def _key(subject: Subject, table: str) -> str | None:
    """A folder of contracts inside the folder is read alone too, so the nearest contract of the name is meant."""
    parts = subject.contract.key.split("/")[:-1]
    nearest = ("/".join([*parts[:depth], table]) for depth in range(len(parts), -1, -1))
    return next((key for key in nearest if key in subject.contracts), None)


def _relationship(subject: Subject, column: str, to: str) -> Spot:
    prop = subject.reading.columns[column]
    found = (item.at("to") for item in maps(prop, "relationships") if item.get("to") == to)
    return next(found, prop.at("relationships"))


def _to(subject: Subject, tables: tuple[str, ...]) -> Spot:
    for reference in subject.contract.references:
        if reference.table == tables[0]:
            return _relationship(subject, reference.column, f"{reference.table}.{reference.to_column}")
    for rule in subject.stated():
        if rule.kwargs.get("reference") == tables[0]:
            return subject.kwarg_spot(rule, "reference")
    return Spot(0)
