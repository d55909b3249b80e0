"""A contract file as a `Contract`, with everything that is wrong with it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from ecrec_assets.contracts.derived import derived_rules
from ecrec_assets.contracts.model import Contract, Freshness, Rule, digest_of, key_of
from ecrec_assets.contracts.reading.columns import Columns, read_columns
from ecrec_assets.contracts.reading.custom import custom, custom_spot
from ecrec_assets.contracts.reading.fields import ROOT, check_fields, described
from ecrec_assets.contracts.reading.problems import Findings, Problem, Spot, near, one_of, shown
from ecrec_assets.contracts.reading.rules import Stated, read_rule, stated_rules
from ecrec_assets.contracts.reading.source import is_key, read_source
from ecrec_assets.contracts.reading.tree import Map, maps, parse

HOURS = {"m": 1 / 60, "min": 1 / 60, "h": 1, "d": 24}
CONTRACT = ("owner", "quarantineLimit")
MOST_AGE = 1_000_000
USUAL_QUARANTINE_LIMIT = 0.05


class Reading(NamedTuple):
    """One file: its contract as far as it could be read, and the places of its parts for whoever has more to say."""

    path: Path
    key: str
    partial: Contract | None
    findings: Findings
    document: Map | None = None
    columns: dict[str, Map] = {}  # noqa: RUF012  (never changed)
    rules: dict[str, Stated] = {}  # noqa: RUF012  (never changed)

    @property
    def contract(self) -> Contract | None:
        """None when the file has an error."""
        return None if self.findings.errors else self.partial

    @property
    def problems(self) -> list[Problem]:
        return self.findings.problems


def read(path: Path, root: Path) -> Reading:
    """One file below `root`. Nothing is raised: what is wrong is among the findings."""
    findings = Findings(str(path))
    key = key_of(path, root)
    if not is_key(key):
        message = f"'{shown(key)}' cannot name a table; use letters, digits, _ and -, in folders"
        findings.error(Spot(0), "wrong-value", message)
        return Reading(path, key, None, findings)
    text = read_source(path, root, findings)
    document = None if text is None else parse(text, findings)
    if text is None or (document is None and findings.errors):
        return Reading(path, key, None, findings)
    if not isinstance(document, Map):
        says = "is empty" if document is None else f"holds {'a list' if isinstance(document, list) else 'no mapping'}"
        findings.error(Spot(1), "missing", f"{says}; a contract starts with apiVersion, kind, id, version and schema")
        return Reading(path, key, None, findings)
    check_fields(document, ROOT, findings)
    return _read(Reading(path, key, None, findings, document), document, text)


def _read(reading: Reading, document: Map, text: str) -> Reading:
    findings = reading.findings
    table = _table(document, findings)
    if table is None:
        return reading
    columns = read_columns(table, findings)
    places: dict[str, Stated] = {}
    stated = _stated(table, places, findings)
    freshness = _freshness(document, findings)
    mine = custom(document, CONTRACT, findings)
    limit = _quarantine_limit(document, mine, findings)
    derived = derived_rules(
        columns.columns, columns.primary_key, columns.unique, columns.enums, columns.references, freshness,
        mostly=1 - limit,
    )  # fmt: skip
    rules = tuple(({rule.name: rule for rule in derived} | stated).values())
    contract = _contract(reading.key, document, columns, rules, freshness, mine, digest_of(text))
    return reading._replace(columns=columns.named, rules=places, partial=contract)


def _contract(
    key: str,
    document: Map,
    columns: Columns,
    rules: tuple[Rule, ...],
    freshness: Freshness | None,
    mine: dict[str, Any],
    digest: str,
) -> Contract:
    description = document.get("description")
    return Contract(
        key=key,
        version=str(document.get("version") or "0.0.0"),
        purpose=str(description.get("purpose") or "") if isinstance(description, Map) else "",
        columns=columns.columns,
        rules=rules,
        primary_key=columns.primary_key,
        partition_by=columns.partition_by,
        references=columns.references,
        freshness=freshness,
        owner=str(mine.get("owner") or ""),
        tags=tuple(tags) if isinstance(tags := document.get("tags"), list) else (),
        digest=digest,
    )


def _table(document: Map, findings: Findings) -> Map | None:
    tables = document.get("schema")
    if not isinstance(tables, list) or len(tables) != 1 or not isinstance(tables[0], Map):
        number = len(tables) if isinstance(tables, list) else 0
        message = f"a contract describes exactly one table, not {number}: give one entry under 'schema'"
        findings.error(document.at("schema"), "missing", message)
        return None
    table: Map = tables[0]
    return table


def _stated(table: Map, places: dict[str, Stated], findings: Findings) -> dict[str, Rule]:
    """The rules the author wrote, by name; one of the name of a derived rule replaces it."""
    rules: dict[str, Rule] = {}
    for stated in stated_rules(table):
        name = stated.entry.get("name")
        if isinstance(name, str) and name in places:
            first = places[name].entry.at("name").line
            message = f"two rules are called '{shown(name)}', the first in line {first}; give each its own name"
            findings.error(stated.entry.at("name"), "duplicate", message)
            continue
        rule = read_rule(stated, findings)
        if isinstance(name, str):
            places[name] = stated
        if rule is not None:
            rules[rule.name] = rule
    return rules


def _quarantine_limit(document: Map, mine: dict[str, Any], findings: Findings) -> float:
    value = mine.get("quarantineLimit", USUAL_QUARANTINE_LIMIT)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    message = f"'quarantineLimit' is {described(value)}; it is a share of the rows from 0 to 1"
    if isinstance(value, int | float) and 1 < value <= 100:
        message += f"; {value:g} % is {value / 100:g}"
    findings.error(custom_spot(document, "quarantineLimit"), "wrong-value", message)
    return USUAL_QUARANTINE_LIMIT


def _freshness(document: Map, findings: Findings) -> Freshness | None:
    for sla in maps(document, "slaProperties"):
        name = sla.get("property")
        if name == "freshness":
            return _fresh(sla, findings)
        if hint := near(name, ("freshness",)):
            findings.error(sla.at("property"), "unknown-field", f"'{shown(name)}' is unknown{hint}")
    return None


def _fresh(sla: Map, findings: Findings) -> Freshness | None:
    value, unit, element = sla.get("value"), sla.get("unit", "h"), sla.get("element")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= MOST_AGE:
        message = f"freshness: 'value' is {described(value)}; it must be a number from 0 to {MOST_AGE:,}, such as 36"
        findings.error(sla.at("value"), "wrong-type", message)
        return None
    if not isinstance(unit, str) or unit not in HOURS:
        findings.error(sla.at("unit"), "wrong-value", f"freshness: 'unit' is '{shown(unit)}'{one_of(HOURS)}")
        return None
    column = element.rpartition(".")[2] if isinstance(element, str) else ""
    if not column:
        message = "freshness: give the 'element' whose newest value counts, as table.column"
        findings.error(sla.at("element"), "missing", message)
        return None
    return Freshness(column, value * HOURS[unit], _as_of(sla, findings))


def _as_of(sla: Map, findings: Findings) -> datetime | None:
    given = custom(sla, ("asOf",), findings).get("asOf")
    if not given:
        return None
    try:
        return datetime.fromisoformat(str(given))
    except ValueError:
        message = f"freshness: 'asOf' is {described(given)}; it must be a time such as 2018-01-01T05:00:00"
        findings.error(custom_spot(sla, "asOf"), "wrong-type", message)
        return None
