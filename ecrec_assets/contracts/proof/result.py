"""What a proof found, rule by rule."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal

State = Literal["alone", "with others", "never", "not checked"]


@dataclass(frozen=True, slots=True)
class RuleProof:
    """One rule and the best defect that was planted for it.

    `alone`: the defect broke this rule and no other. `with others`: every defect that broke it broke `beside` too.
    `never`: none of the `tried` defects broke it. `not checked`: the rule does not hold on the base itself, or could
    not be evaluated; `planted` says why. `shares_all_with` names rules that broke with every defect of this one.
    `at_limit` says what happened when so many rows were planted that its limit was crossed.
    """

    rule: str
    expectation: str
    state: State
    planted: str
    tried: int
    beside: tuple[str, ...] = ()
    shares_all_with: tuple[str, ...] = ()
    at_limit: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """Every rule of a contract, in its order. `base` says which rows the defects were planted in."""

    contract: str
    contract_version: str
    base: str
    rows: int
    rules: tuple[RuleProof, ...]

    @property
    def unproven(self) -> tuple[RuleProof, ...]:
        """Rules that no defect broke: they cannot fail, or nobody knows how."""
        return tuple(rule for rule in self.rules if rule.state == "never")

    @property
    def redundant(self) -> tuple[RuleProof, ...]:
        """Rules without which every planted defect would have been caught all the same."""
        return tuple(rule for rule in self.rules if rule.state == "with others" and rule.shares_all_with)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)
