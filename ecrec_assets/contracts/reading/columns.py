"""The columns of the table: names, types, keys and references."""

from __future__ import annotations

from typing import Any, NamedTuple

from ecrec_assets.contracts.model import DTYPES, Column, Reference
from ecrec_assets.contracts.reading.custom import custom
from ecrec_assets.contracts.reading.problems import Findings, near, one_of, shown
from ecrec_assets.contracts.reading.source import is_key
from ecrec_assets.contracts.reading.tree import Map, maps, plain

LONGEST_NAME = 128


class Columns(NamedTuple):
    """What the `properties` of a table say."""

    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    unique: tuple[str, ...]
    enums: dict[str, list[Any]]
    references: tuple[Reference, ...]
    partition_by: str | None
    named: dict[str, Map]


def read_columns(table: Map, findings: Findings) -> Columns:
    """Columns that cannot be read are left out, with their problem among the findings."""
    named: dict[str, Map] = {}
    read = [_column(prop, named, findings) for prop in maps(table, "properties")]
    columns = tuple(column for column in read if column is not None)
    if not columns and not findings.errors:
        findings.error(table.spot, "missing", "the table has no columns; list them under 'properties'")
    return Columns(
        columns=columns,
        primary_key=_primary_key(named),
        unique=tuple(name for name, prop in named.items() if prop.get("unique") is True),
        enums={name: _enum(prop, findings) for name, prop in named.items() if prop.get("enum") is not None},
        references=tuple(ref for name, prop in named.items() for ref in _references(prop, name, findings)),
        partition_by=next((name for name, prop in named.items() if prop.get("partitioned") is True), None),
        named=named,
    )


def _primary_key(named: dict[str, Map]) -> tuple[str, ...]:
    """By `primaryKeyPosition`; columns without one keep the order of the file, behind those that have one."""
    positions = {name: prop.get("primaryKeyPosition") for name, prop in named.items() if prop.get("primaryKey") is True}
    placed = {name: place for name, place in positions.items() if isinstance(place, int) and place > 0}
    return (*sorted(placed, key=lambda name: placed[name]), *(name for name in positions if name not in placed))


def _column(prop: Map, named: dict[str, Map], findings: Findings) -> Column | None:
    name, physical = _name(prop, named, findings), prop.get("physicalType")
    if name is None:
        return None
    named[name] = prop
    if not isinstance(physical, str) or physical not in DTYPES:
        says = "is missing" if physical is None else f"'{shown(physical)}' is unknown"
        hint = near(physical, DTYPES, otherwise=one_of(DTYPES))
        findings.error(prop.at("physicalType"), "wrong-value", f"column '{shown(name)}': physicalType {says}{hint}")
        return None
    return Column(
        name=name,
        dtype=DTYPES[physical],
        required=prop.get("required") is True,
        description=str(prop.get("description") or ""),
        unit=str(custom(prop, ("unit",), findings).get("unit") or ""),
        classification=str(prop.get("classification") or ""),
    )


def _name(prop: Map, named: dict[str, Map], findings: Findings) -> str | None:
    name = prop.get("name")
    if not isinstance(name, str) or not name.strip():
        findings.error(prop.spot, "missing", "a column needs a 'name'")
    elif len(name) > LONGEST_NAME:
        message = f"column '{shown(name)}' has a name of {len(name):,} characters; at most {LONGEST_NAME} are taken"
        findings.error(prop.at("name"), "wrong-value", message)
    elif not name.isprintable():
        findings.error(prop.at("name"), "control-character", f"column '{shown(name)}' holds invisible characters")
    elif name in named:
        first = named[name].at("name").line
        findings.error(prop.at("name"), "duplicate", f"column '{shown(name)}' is there twice, first in line {first}")
    else:
        return name
    return None


def _enum(prop: Map, findings: Findings) -> list[Any]:
    given = prop["enum"]
    if not isinstance(given, list) or not given:
        message = f"column '{shown(prop['name'])}': 'enum' is empty, so no value can be right; list the values"
        findings.error(prop.at("enum"), "contradiction", message)
        return []
    for item in given:
        if isinstance(item, Map) and "value" not in item:
            findings.error(
                item.spot, "missing", f"column '{shown(prop['name'])}': each entry of 'enum' needs a 'value'"
            )
    return [plain(item["value"]) for item in given if isinstance(item, Map) and "value" in item]


def _references(prop: Map, name: str, findings: Findings) -> list[Reference]:
    found = []
    for relation in maps(prop, "relationships"):
        to = relation.get("to")
        table, _, column = to.rpartition(".") if isinstance(to, str) else ("", "", "")
        if not table or not column:
            message = f"column '{shown(name)}': a relationship names 'table.column', such as raw/products.product_id"
            findings.error(relation.at("to"), "wrong-value", f"{message}, not {shown(to)}")
        elif not is_key(table):
            message = f"column '{shown(name)}': '{shown(table)}' cannot be the name of a contract"
            findings.error(relation.at("to"), "wrong-value", f"{message}; name one such as raw/products")
        else:
            found.append(Reference(name, table, column))
    return found
