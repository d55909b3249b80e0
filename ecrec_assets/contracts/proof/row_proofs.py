"""Proofs by a single row. Defects of many rules stand in one table, each in rows of its own, so that few audits do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from typing import NamedTuple

import polars as pl

from ecrec_assets.contracts.engine.split import FAILED
from ecrec_assets.contracts.model import Rule
from ecrec_assets.contracts.proof.catching import PLACE, Catch, Net
from ecrec_assets.contracts.proof.limits import at_limits
from ecrec_assets.contracts.proof.planting import Plant, Round, in_rounds, planted, rounds_for
from ecrec_assets.contracts.proof.result import RuleProof
from ecrec_assets.contracts.proof.row_defects import row_defects
from ecrec_assets.contracts.proof.sample import POSITION, clean_sample

ROWS_A_DEFECT = 3
MOST_ALONE = 4


class Screened(NamedTuple):
    """A plant whose rule caught it, and the other rules that did."""

    plant: Plant
    beside: frozenset[str]


class Caught(NamedTuple):
    """What a round of plants caught: rules by plant, and rules that failed on rows without a plant."""

    by_plant: list[tuple[Plant, frozenset[str]]]
    elsewhere: frozenset[str]


def prove_rows(net: Net, base: pl.LazyFrame, before: Catch, rules: Sequence[Rule]) -> Iterator[RuleProof]:
    """A proof for each row rule; `never` when no single row breaks it."""
    sample = clean_sample(net, base)
    schema = sample.drop(PLACE, POSITION).schema
    rounds, counts = rounds_for(((rule, list(row_defects(rule, schema))) for rule in rules), sample, each=ROWS_A_DEFECT)
    screened = _screen(net, sample, rounds)
    exact = _exact(net, sample, [each[0].plant for each in screened.values() if not each[0].beside])
    clean = net.catch(sample.drop(POSITION).lazy())
    best: dict[str, tuple[RuleProof, Plant]] = {}
    for rule in rules:
        tried = counts[rule.name]
        found = _best(net, sample, clean, rule, screened.get(rule.name, []), tried, rule.name in exact)
        if found is None:
            yield RuleProof(rule.name, rule.expectation, "never", "", tried)
        else:
            best[rule.name] = found
    limits = at_limits(net, sample, [rule for rule in rules if rule.name in best], clean, best)
    for proof in _in_the_whole(net, base, before, sample, best.values()):
        yield replace(proof, at_limit=limits[proof.rule])


def _round(net: Net, sample: pl.DataFrame, members: Sequence[Plant]) -> Caught:
    caught = net.caught(planted(sample, members).drop(POSITION).lazy())
    failed = {place: frozenset(rules) for place, rules in caught.select(PLACE, FAILED).iter_rows()}
    nothing: frozenset[str] = frozenset()
    by_plant = [
        (plant, reduce(frozenset.union, (failed.pop(row, nothing) for row in plant.rows), nothing)) for plant in members
    ]
    return Caught(by_plant, reduce(frozenset.union, failed.values(), nothing))


def _screen(net: Net, sample: pl.DataFrame, rounds: Sequence[Round]) -> dict[str, list[Screened]]:
    """By rule, the plants it caught: those that fewest other rules caught first."""
    found: dict[str, list[Screened]] = {}
    for each in rounds:
        for plant, rules in _round(net, sample, each.plants).by_plant:
            if plant.rule in rules:
                found.setdefault(plant.rule, []).append(Screened(plant, rules - {plant.rule}))
    return {rule: sorted(each, key=lambda s: (len(s.beside), s.plant.order)) for rule, each in found.items()}


def _exact(net: Net, sample: pl.DataFrame, plants: Sequence[Plant]) -> set[str]:
    """Rules whose plant made no row fail but its own, and its own by no other rule.

    Plants that make other rows fail are taken out and the others tried again, so that no failure is laid at a wrong
    door; those are left to be tried alone.
    """
    exact: set[str] = set()
    for members in in_rounds(plants):
        local = [plant for plant in members if plant.rule not in _round(net, sample, members).elsewhere]
        if local and not (again := _round(net, sample, local)).elsewhere:
            exact.update(plant.rule for plant, rules in again.by_plant if rules == {plant.rule})
    return exact


def _best(
    net: Net, sample: pl.DataFrame, clean: Catch, rule: Rule, screened: list[Screened], tried: int, exact: bool
) -> tuple[RuleProof, Plant] | None:
    """The plant that fewest others mind. Those not known to be exact are tried each on its own."""
    if exact:
        plant = screened[0].plant
        return RuleProof(rule.name, rule.expectation, "alone", plant.defect.what, tried), plant
    confirmed: list[tuple[Plant, tuple[str, ...]]] = []
    for plant, _ in screened[:MOST_ALONE]:
        broken = net.catch(planted(sample, [plant]).drop(POSITION).lazy()).broken_since(clean)
        if rule.name in broken:
            beside = tuple(name for name in broken if name != rule.name and name in net.row_rules())
            confirmed.append((plant, beside))
            if not beside:
                return RuleProof(rule.name, rule.expectation, "alone", plant.defect.what, tried), plant
    if not confirmed:
        return None
    plant, beside = min(confirmed, key=lambda each: len(each[1]))
    always = reduce(frozenset.intersection, (each.beside for each in screened))
    in_all = tuple(name for name in beside if name in always)
    return RuleProof(rule.name, rule.expectation, "with others", plant.defect.what, tried, beside, in_all), plant


def _in_the_whole(
    net: Net, base: pl.LazyFrame, before: Catch, sample: pl.DataFrame, found: Iterable[tuple[RuleProof, Plant]]
) -> Iterator[RuleProof]:
    """Rules about the whole table may mind a single row too, such as one about a greatest value."""
    proofs = list(found)
    about_tables = set(before.results) - set(net.row_rules())
    disturbed = about_tables and _minded(net, base, before, sample, [plant for _, plant in proofs]) & about_tables
    for proof, plant in proofs:
        minded = tuple(sorted(_minded(net, base, before, sample, [plant]) & about_tables)) if disturbed else ()
        yield replace(proof, state="with others", beside=(*proof.beside, *minded)) if minded else proof


def _minded(net: Net, base: pl.LazyFrame, before: Catch, sample: pl.DataFrame, plants: list[Plant]) -> set[str]:
    """Rules that break when plants, the first of each row, stand in the whole base."""
    members = list({plant.target: plant for plant in reversed(plants)}.values())
    if not members:
        return set()
    targets = [plant.target for plant in members]
    rows = planted(sample, members).filter(pl.col(PLACE).is_in(targets))
    others = base.with_row_index(POSITION).filter(~pl.col(POSITION).is_in(rows[POSITION].implode())).drop(POSITION)
    return set(net.catch(pl.concat([others, rows.drop(PLACE, POSITION).lazy()])).broken_since(before))
