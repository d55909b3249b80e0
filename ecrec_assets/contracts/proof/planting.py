"""Puts defects into rows of a sample: each plant has its own target row, and its own donor row to copy from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import polars as pl

from ecrec_assets.contracts.model import Rule
from ecrec_assets.contracts.proof.catching import PLACE
from ecrec_assets.contracts.proof.defect import RowDefect
from ecrec_assets.contracts.proof.sample import POSITION, asked_by


class Plant(NamedTuple):
    """One defect in one row. `target` and `donor` are places in the sample."""

    rule: str
    order: int
    defect: RowDefect
    target: int
    donor: int

    @property
    def rows(self) -> set[int]:
        """Places that it may make fail."""
        return {self.target, self.donor} if self.defect.copies else {self.target}


class Round(NamedTuple):
    """Plants that stand in one table, no two in the same row."""

    taken: set[int]
    plants: list[Plant]

    def add(self, plant: Plant) -> None:
        self.taken.update(plant.rows)
        self.plants.append(plant)


def rounds_for(
    rules: Iterable[tuple[Rule, Sequence[RowDefect]]], sample: pl.DataFrame, *, each: int
) -> tuple[list[Round], Counter[str]]:
    """Every defect in `each` different rows that its rule asks about, in as few rounds as it goes; plants by rule."""
    schema = sample.drop(PLACE, POSITION).schema
    rounds: list[Round] = []
    counts: Counter[str] = Counter()
    for rule, defects in rules:
        where = asked_by(rule, schema)
        places = (sample if where is None else sample.filter(where))[PLACE].to_list()
        for order, defect in enumerate(defects if sample.height > 1 else ()):
            for turn in range(min(each, len(places))):
                start = (order * each + turn) * 7919
                _into_a_round(rounds, _tries(rule, order, defect, places, start, sample.height, turn))
                counts[rule.name] += 1
    return rounds, counts


def _tries(
    rule: Rule, order: int, defect: RowDefect, places: list[int], start: int, height: int, turn: int
) -> list[Plant]:
    """The same defect in up to 50 rows, one of which is free in most rounds. Each turn copies from farther away."""
    targets = (places[(start + step) % len(places)] for step in range(min(50, len(places))))
    away = 1 + (height // 2 + 31 * turn) % (height - 1)
    return [Plant(rule.name, order, defect, target, (target + away) % height) for target in targets]


def _into_a_round(rounds: list[Round], tries: list[Plant]) -> None:
    for each in rounds:
        free = next((plant for plant in tries if not plant.rows & each.taken), None)
        if free is not None:
            each.add(free)
            return
    rounds.append(Round(set(), []))
    rounds[-1].add(tries[0])


def in_rounds(plants: Sequence[Plant]) -> list[list[Plant]]:
    """Parts plants so that no row is used twice in a round."""
    rounds: list[Round] = []
    for plant in plants:
        _into_a_round(rounds, [plant])
    return [each.plants for each in rounds]


def planted(sample: pl.DataFrame, plants: Sequence[Plant]) -> pl.DataFrame:
    """The sample with the plants in it."""
    changed = [plant_rows(sample, plant, {plant.target}) for plant in plants]
    targets = [plant.target for plant in plants]
    return pl.concat([sample.filter(~pl.col(PLACE).is_in(targets)), *changed]).sort(PLACE)


def plant_rows(sample: pl.DataFrame, plant: Plant, places: Collection[int]) -> pl.DataFrame:
    """Some rows with the defect of a plant; all copy from its one donor. A place is the row's number in the sample."""
    targets, donor = sample[sorted(places)], sample[plant.donor]
    return _in_place(plant.defect, targets, donor[[0] * targets.height])


def _in_place(defect: RowDefect, targets: pl.DataFrame, donors: pl.DataFrame) -> pl.DataFrame:
    inner = targets.drop(PLACE, POSITION)
    changed = defect.plant(inner, donors.drop(PLACE, POSITION))
    return (
        targets.select(PLACE, POSITION)
        .hstack(changed.select(pl.col(n).cast(t) for n, t in inner.schema.items()))
        .select(targets.columns)
    )
