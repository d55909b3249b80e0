"""What a check looks at: one contract, the places of its parts, and the contracts beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ecrec_assets.contracts.model import Contract, Rule
from ecrec_assets.contracts.reading.document import Reading
from ecrec_assets.contracts.reading.problems import Findings, Spot, shown
from ecrec_assets.contracts.reading.tree import Map


class Subject(NamedTuple):
    """`contract` holds what could be read of the file; `contracts` are all of the folder by key."""

    reading: Reading
    contract: Contract
    contracts: Mapping[str, Contract]

    @property
    def findings(self) -> Findings:
        return self.reading.findings

    def stated(self) -> Iterator[Rule]:
        """The rules an author wrote; those that follow from the schema have no line."""
        return (rule for rule in self.contract.rules if rule.name in self.reading.rules)

    def is_stated(self, rule: Rule) -> bool:
        return rule.name in self.reading.rules

    def spot(self, rule: Rule) -> Spot:
        """Where the rule's name stands."""
        return self.reading.rules[rule.name].entry.at("name")

    def kwarg_spot(self, rule: Rule, name: str) -> Spot:
        """Where one argument stands."""
        return self.part(rule, "kwargs").at(name)

    def part(self, rule: Rule, name: str) -> Map:
        """`kwargs` or `where` of a rule, else its implementation."""
        implementation = self.reading.rules[rule.name].entry.get("implementation")
        part = implementation.get(name) if isinstance(implementation, Map) else None
        if isinstance(part, Map):
            return part
        return implementation if isinstance(implementation, Map) else self.reading.rules[rule.name].entry

    def where_spot(self, rule: Rule, column: str) -> Spot:
        """Where the condition on a column stands."""
        implementation = self.part(rule, "")
        where = implementation.get("where")
        if isinstance(where, Map):
            return where.at(column)
        for item in where or ():
            if isinstance(item, Map) and item.get("column") == column:
                return item.at("column")
        return implementation.at("where")

    def column_spot(self, name: str, field: str = "name") -> Spot:
        """Where a column, or a field of it, stands."""
        return self.reading.columns[name].at(field)

    @staticmethod
    def called(rule: Rule) -> str:
        return f"rule '{shown(rule.name)}'"
