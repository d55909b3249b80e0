"""Reads an ODCS v3.1 YAML file into a `Contract`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from open_data_contract_standard.model import (
    DataQuality,
    OpenDataContractStandard,
    SchemaObject,
    SchemaProperty,
)
from pydantic import ValidationError

from ecrec_assets.contracts.derived import derived_rules
from ecrec_assets.contracts.model import (
    DTYPES,
    Column,
    Condition,
    Contract,
    Freshness,
    Reference,
    Rule,
    digest_of,
    key_of,
)

DIMENSIONS = ("completeness", "consistency", "accuracy", "timeliness", "uniqueness", "balance")
SEVERITIES = ("critical", "warning", "info")
ON_FAIL = ("quarantine", "block", "warn")

SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster; the graph is loaded in every process


class ContractFileError(ValueError):
    """A contract file that cannot be read; the message names file, place and way out."""


def load_contract(path: Path, root: Path) -> Contract:
    """One contract file below the folder `root`. ContractFileError says what is wrong and where."""
    text = path.read_text(encoding="utf-8")
    try:
        document = OpenDataContractStandard(**yaml.load(text, Loader=SafeLoader))  # noqa: S506
        return _contract(document, key_of(path, root), digest_of(text))
    except (yaml.YAMLError, ValidationError, TypeError, ValueError) as error:
        raise ContractFileError(f"{path}: {error}") from error


def load_contracts(root: Path) -> dict[str, Contract]:
    """Every contract below `root` by key, in alphabetical order."""
    paths = sorted(root.rglob("*.yaml"))
    return {contract.key: contract for contract in (load_contract(path, root) for path in paths)}


def _contract(document: OpenDataContractStandard, key: str, digest: str) -> Contract:
    if not document.schema_ or len(document.schema_) != 1:
        raise ValueError("a contract describes exactly one table: give one entry under 'schema'")
    table = document.schema_[0]
    custom = _custom(document.customProperties)
    columns = tuple(_column(prop) for prop in table.properties or ())
    references = tuple(_references(table.properties or ()))
    primary_key = tuple(prop.name or "" for prop in table.properties or () if prop.primaryKey)
    freshness = _freshness(document)
    stated = tuple(_rule(quality, column) for quality, column in _qualities(table))
    derived = derived_rules(
        table.properties or [],
        columns,
        primary_key,
        references,
        freshness,
        mostly=1 - float(custom.get("quarantineLimit", 0.05)),
    )
    partitioned = [prop.name for prop in table.properties or () if prop.partitioned]
    return Contract(
        key=key,
        version=document.version or "0.0.0",
        purpose=(document.description.purpose if document.description else None) or "",
        columns=columns,
        rules=_merged(derived, stated),
        primary_key=primary_key,
        partition_by=partitioned[0] if partitioned else None,
        references=references,
        freshness=freshness,
        owner=str(custom.get("owner", "")),
        tags=tuple(document.tags or ()),
        digest=digest,
    )


def _column(prop: SchemaProperty) -> Column:
    if prop.physicalType not in DTYPES:
        raise ValueError(f"column '{prop.name}': physicalType '{prop.physicalType}' is not one of {list(DTYPES)}")
    return Column(
        name=prop.name or "",
        dtype=DTYPES[prop.physicalType],
        required=bool(prop.required),
        description=prop.description or "",
        unit=str(_custom(prop.customProperties).get("unit", "")),
        classification=prop.classification or "",
    )


def _references(properties: Iterable[SchemaProperty]) -> Iterable[Reference]:
    for prop in properties:
        for relation in prop.relationships or ():
            table, _, column = str(relation.to).rpartition(".")
            if not table:
                raise ValueError(f"column '{prop.name}': a relationship names 'table.column', not '{relation.to}'")
            yield Reference(prop.name or "", table, column)


def _qualities(table: SchemaObject) -> Iterable[tuple[DataQuality, str | None]]:
    for prop in table.properties or ():
        for quality in prop.quality or ():
            yield quality, prop.name
    for quality in table.quality or ():
        yield quality, None


def _rule(quality: DataQuality, column: str | None) -> Rule:
    place = f"rule '{quality.name}' of column '{column}'" if column else f"rule '{quality.name}'"
    implementation = quality.implementation
    if not isinstance(implementation, dict) or not str(implementation.get("type", "")).startswith("expect_"):
        raise ValueError(f"{place}: implementation needs a 'type' that is an expectation, such as expect_column_...")
    kwargs = dict(implementation.get("kwargs") or {})
    if column is not None:
        kwargs.setdefault("column", column)
    return Rule(
        name=_name(quality, place),
        expectation=str(implementation["type"]),
        kwargs=kwargs,
        dimension=_one_of(quality.dimension, DIMENSIONS, f"{place}: dimension"),
        severity=_one_of(quality.severity, SEVERITIES, f"{place}: severity"),
        on_fail=_one_of(_custom(quality.customProperties).get("onFail", "block"), ON_FAIL, f"{place}: onFail"),
        reason=_reason(quality, place),
        where=_conditions(implementation.get("where"), place),
    )


def _name(quality: DataQuality, place: str) -> str:
    name = quality.name or ""
    if not name.isidentifier():
        raise ValueError(f"{place}: give a 'name' of letters, digits and underscores; it names the check everywhere")
    return name


def _reason(quality: DataQuality, place: str) -> str:
    if not quality.description:
        raise ValueError(f"{place}: give a 'description' that says why the rule exists")
    return quality.description


def _one_of(value: Any, allowed: tuple[str, ...], place: str) -> Any:
    if value not in allowed:
        raise ValueError(f"{place} is '{value}', must be one of {', '.join(allowed)}")
    return value


def _conditions(where: Any, place: str) -> tuple[Condition, ...]:
    """`{slice: all}` means equality; `[{column, operator, value}]` says the operator. Never a string of code."""
    if where is None:
        return ()
    if isinstance(where, dict):
        return tuple(Condition(column, "==", value) for column, value in where.items())
    if isinstance(where, list) and all(isinstance(item, dict) for item in where):
        return tuple(Condition(item["column"], item["operator"], item.get("value")) for item in where)
    raise ValueError(f"{place}: 'where' is a mapping or a list of column, operator, value; code is never accepted")


def _freshness(document: OpenDataContractStandard) -> Freshness | None:
    for sla in document.slaProperties or ():
        if sla.property == "freshness":
            hours = float(sla.value or 0) * {"h": 1, "d": 24, "m": 1 / 60}[sla.unit or "h"]
            as_of = _custom(sla.customProperties).get("asOf")
            moment = datetime.fromisoformat(str(as_of)) if as_of else None
            return Freshness((sla.element or "").rpartition(".")[2], hours, moment)
    return None


def _custom(properties: Any) -> dict[str, Any]:
    return {item.property: item.value for item in properties or ()}


def _merged(derived: tuple[Rule, ...], stated: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """A stated rule replaces the derived one of the same name; a name stated twice is an error."""
    by_name = {rule.name: rule for rule in derived}
    seen: set[str] = set()
    for rule in stated:
        if rule.name in seen:
            raise ValueError(f"two rules are called '{rule.name}'")
        seen.add(rule.name)
        by_name[rule.name] = rule
    return tuple(by_name.values())
