"""Proves a contract: plants a defect for each rule and sees that just that rule catches it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import reduce

import polars as pl

from ecrec_assets.contracts.derived import UNREADABLE
from ecrec_assets.contracts.model import Contract, Rule
from ecrec_assets.contracts.proof.catching import Catch, Net
from ecrec_assets.contracts.proof.result import Proof, RuleProof
from ecrec_assets.contracts.proof.row_proofs import prove_rows
from ecrec_assets.contracts.proof.table_defects import table_defects

MOST_TRIES = 40
MOST_CHARACTERS = 120


def prove(
    contract: Contract,
    base: pl.LazyFrame,
    *,
    references: Mapping[str, pl.LazyFrame] | None = None,
    now: datetime,
    described: str = "",
    on_rule: Callable[[str], None] = lambda _: None,
) -> Proof:
    """A proof for every rule on rows that keep the contract, such as a published version.

    `now` is the time of the audits; `on_rule` is told the name of each rule when its proof is there. Rules that the
    base itself breaks are not checked.
    """
    net = Net(contract, references or {}, now)
    if UNREADABLE not in base.collect_schema():
        base = base.with_columns(pl.lit(None, dtype=pl.String).alias(UNREADABLE))
    before = net.catch(base)
    proofs = dict(_unchecked(before))
    told = _teller(proofs, on_rule)
    row_rules = [rule for rule in contract.rules if rule.name in net.row_rules() and rule.name not in proofs]
    for proof in prove_rows(net, base, before, row_rules):
        told(proof)
    for rule in contract.rules:
        if rule.name not in proofs or proofs[rule.name].state == "never":
            told(_table_proof(net, base, before, rule, proofs.get(rule.name)))
    rows = base.select(pl.len()).collect(engine="streaming").item()
    return Proof(contract.key, contract.version, described, rows, tuple(proofs[rule.name] for rule in contract.rules))


def _teller(proofs: dict[str, RuleProof], on_rule: Callable[[str], None]) -> Callable[[RuleProof], None]:
    def told(proof: RuleProof) -> None:
        proofs[proof.rule] = proof
        on_rule(proof.rule)

    return told


def _unchecked(before: Catch) -> Iterator[tuple[str, RuleProof]]:
    """Rules that this base says nothing about."""
    for name, result in before.results.items():
        if result.error or (not result.passed and result.rows_failed is None):
            yield name, RuleProof(name, result.expectation, "not checked", result.sentence()[:MOST_CHARACTERS], 0)
        elif result.rows_failed is not None and not result.rows_checked:
            yield name, RuleProof(name, result.expectation, "not checked", "it asks about no row of these", 0)


def _table_proof(net: Net, base: pl.LazyFrame, before: Catch, rule: Rule, earlier: RuleProof | None) -> RuleProof:
    """Tries defects of the whole table until one breaks the rule alone. `earlier` is a proof by rows that failed."""
    tried = 0
    caught: list[tuple[str, tuple[str, ...]]] = []
    for defect in table_defects(rule, base.collect_schema(), net.contract.primary_key):
        if tried == MOST_TRIES:
            break
        tried += 1
        try:
            broken = net.catch(defect.plant(base)).broken_since(before)
        except pl.exceptions.PolarsError:
            continue  # a defect that this table cannot have, such as a shuffle of a type without an order
        if rule.name in broken:
            beside = tuple(name for name in broken if name != rule.name)
            caught.append((defect.what, beside))
            if not beside:
                return RuleProof(rule.name, rule.expectation, "alone", defect.what, tried)
    tried += earlier.tried if earlier else 0
    return shared(rule, tried, caught)


def shared(rule: Rule, tried: int, caught: list[tuple[str, tuple[str, ...]]]) -> RuleProof:
    """The proof of a rule that never broke alone."""
    if not caught:
        return RuleProof(rule.name, rule.expectation, "never", "", tried)
    what, beside = min(caught, key=lambda each: len(each[1]))
    always = reduce(set.intersection, (set(each[1]) for each in caught))
    in_order = tuple(name for name in beside if name in always)
    return RuleProof(rule.name, rule.expectation, "with others", what, tried, beside, in_order)
