"""Loads periods of a source: only those that have changed, in one audit and one publish."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from ecrec_assets.components.catalogue import reference_tables
from ecrec_assets.components.partitions import span
from ecrec_assets.components.publish import Outcome, fingerprint, reference_frames, write_audit_publish
from ecrec_assets.components.shop_reader import Reader
from ecrec_assets.contracts.model import Contract
from ecrec_assets.lake.store import Lake
from ecrec_assets.lake.version import Every, Partition, day_of
from ecrec_assets.settings import get_settings


class Wanted(NamedTuple):
    """The periods asked for that have rows or had some, with what each should be made from, and was."""

    wanted: Mapping[int, str]
    published: Mapping[int, str]

    @property
    def stale(self) -> list[int]:
        """The periods that have to be loaded anew, ascending."""
        return sorted(period for period, print_ in self.wanted.items() if self.published.get(period) != print_)

    def runs(self) -> list[tuple[int, int]]:
        """Neighbours among the stale periods together: a closed day between two of them has nothing to load."""
        found: list[tuple[int, int]] = []
        open_ = False
        stale = set(self.stale)
        for period in sorted(self.wanted):
            if period not in stale:
                open_ = False
            elif open_:
                found[-1] = (found[-1][0], period)
            else:
                found.append((period, period))
                open_ = True
        return found


class Recipe(NamedTuple):
    """What makes a table besides its source: when one of them changes, every period is stale."""

    contract: Contract
    code: str
    settings: str
    every: Every

    def print_of(self, state: str) -> str:
        return fingerprint(self.code, self.contract.digest, self.settings, state)


def wanted(lake: Lake, recipe: Recipe, reader: Reader, asked: Partition) -> Wanted:
    """How the periods of `asked` stand."""
    states = reader.states(asked.first, asked.last)
    published = lake.fingerprints(recipe.contract.key, asked)
    gone = {period for period in published if period not in states}
    prints = {period: recipe.print_of(state) for period, state in states.items()}
    return Wanted({**dict.fromkeys(gone, recipe.print_of("")), **prints}, published)


def load(lake: Lake, recipe: Recipe, reader: Reader, asked: Partition, *, force: bool, run_id: str) -> Outcome | None:
    """Publishes what is stale of `asked`, with all that lies between; None when there never was a row of it."""
    found = wanted(lake, recipe, reader, asked)
    current = lake.current(recipe.contract.key)
    if not found.wanted:
        return None
    stale = sorted(found.wanted) if force else found.stale
    if not stale:
        assert current is not None
        return Outcome(lake.verdict(recipe.contract.key, partition=asked), current, unchanged=True)
    part = span(stale[0], stale[-1], recipe.every)
    prints = {period: found.wanted.get(period, recipe.print_of("")) for period in part.values}
    versions = {
        name: lake.require(name).number for name in reference_tables(recipe.contract) if name != recipe.contract.key
    }
    return write_audit_publish(
        lake,
        recipe.contract,
        lambda: reader.read(part.first, part.last),
        inputs=versions,
        fingerprint=recipe.print_of("range"),
        references=reference_frames(lake, recipe.contract, versions),
        run_id=run_id,
        partition=part,
        fingerprints=prints,
        whole=current is not None and current.scheme != part.scheme and _covers(part, reader.known()),
        reports=get_settings().reports,
    )


def _covers(part: Partition, periods: Iterable[int]) -> bool:
    return all(part.first <= period <= part.last for period in periods)


def rows_by_period(lake: Lake, table: str, part: Partition) -> list[tuple[date, int, int]]:
    """Period, published rows and quarantined rows of every live part with rows, in order."""
    current = lake.current(table)
    parts = current.parts_of(part) if current else ()
    return [(day_of(p.value or 0), p.rows, p.rows_quarantined) for p in parts if p.rows or p.rows_quarantined]
