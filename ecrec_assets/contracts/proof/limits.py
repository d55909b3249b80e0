"""What happens when more rows have a defect than the limit of its rule allows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from ecrec_assets.contracts.model import Rule
from ecrec_assets.contracts.proof.catching import PLACE, Catch, Net
from ecrec_assets.contracts.proof.planting import Plant, plant_rows
from ecrec_assets.contracts.proof.result import RuleProof
from ecrec_assets.contracts.proof.sample import POSITION, asked_by
from ecrec_assets.verdict import RuleResult


class Mass(NamedTuple):
    """One plant put into so many rows that its rule must fail; `breaks` are the rules that mind it."""

    rule: Rule
    plant: Plant
    targets: frozenset[int]
    breaks: frozenset[str]


def at_limits(
    net: Net, sample: pl.DataFrame, rules: Sequence[Rule], clean: Catch, found: Mapping[str, tuple[RuleProof, Plant]]
) -> dict[str, str]:
    """By rule, what the gate does with one row more than allowed.

    Rules that neither share rows nor mind each other's plants share an audit.
    """
    said: dict[str, str] = {}
    for members in _together(_masses(sample, rules, clean, found)):
        changed = [plant_rows(sample, mass.plant, mass.targets) for mass in members]
        taken = frozenset().union(*(mass.targets for mass in members))
        frame = pl.concat([sample.filter(~pl.col(PLACE).is_in(list(taken))), *changed]).sort(PLACE)
        results = net.catch(frame.drop(POSITION).lazy()).results
        said |= {mass.rule.name: _said(results[mass.rule.name]) for mass in members}
    return said


def _masses(
    sample: pl.DataFrame, rules: Sequence[Rule], clean: Catch, found: Mapping[str, tuple[RuleProof, Plant]]
) -> Iterator[Mass]:
    """Each rule takes its rows from another place of the sample."""
    schema = sample.drop(PLACE, POSITION).schema
    start = 0
    for rule in rules:
        asked = clean.results[rule.name].rows_checked or 0
        count = math.floor((1 - float(rule.kwargs.get("mostly", 1))) * asked + 1e-9) + 1
        where = asked_by(rule, schema)
        places = (sample if where is None else sample.filter(where))[PLACE].to_list()
        proof, plant = found[rule.name]
        free = [place for place in places if place != plant.donor]
        at = start % max(len(free), 1)
        yield Mass(rule, plant, frozenset((free[at:] + free[:at])[:count]), frozenset({rule.name, *proof.beside}))
        start += count


def _together(masses: Iterator[Mass]) -> list[list[Mass]]:
    rounds: list[list[Mass]] = []
    for mass in masses:
        free = next((each for each in rounds if all(_apart(mass, other) for other in each)), None)
        if free is None:
            rounds.append([mass])
        else:
            free.append(mass)
    return rounds


def _apart(one: Mass, other: Mass) -> bool:
    meet = one.targets & other.targets or one.plant.donor in other.targets or other.plant.donor in one.targets
    return not meet and not one.breaks & other.breaks


def _said(found: RuleResult) -> str:
    share = f"{found.rows_failed or 0:,} of {found.rows_checked or 0:,} rows"
    if found.blocks:
        return f"{share} block"
    return f"{share} fail the rule" if not found.passed else f"{share} still pass"
