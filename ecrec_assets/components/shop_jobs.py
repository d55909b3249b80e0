"""The jobs of a shop, and in which order `ecrec run` takes them."""

from collections.abc import Iterator, Sequence
from datetime import date
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg

from ecrec_assets.collect.errors import CollectError
from ecrec_assets.components.catalogue import contract, reference_tables
from ecrec_assets.components.main_job import REFRESH_JOB, Phase
from ecrec_assets.components.partitions import range_tags, span, start_of
from ecrec_assets.components.shop_load import wanted
from ecrec_assets.components.shop_reader import bounds, reader_of
from ecrec_assets.components.shop_sources import recipe_of
from ecrec_assets.lake.store import Lake
from ecrec_assets.lake.version import day_number, day_of
from ecrec_assets.settings import get_settings
from ecrec_assets.shop.config import Shop
from ecrec_assets.shop.errors import ShopFileError


class WrongPeriods(ValueError):
    """Periods that no source has."""


def collect_job(name: str) -> str:
    """The job that loads one source."""
    return f"collect_{name}"


def in_order(shop: Shop) -> list[str]:
    """The sources, those that others refer to first."""
    needs = {
        name: [
            table[4:]
            for table in reference_tables(contract(f"raw/{name}"))
            if table[4:] in shop.sources and table != f"raw/{name}"
        ]
        for name in shop.sources
    }
    return list(TopologicalSorter(needs).static_order())


def jobs(shop: Shop, assets: Sequence[dg.AssetsDefinition]) -> Iterator[Any]:
    """One a source, and one for all that is made from them."""
    for name, source in shop.sources.items():
        yield dg.define_asset_job(
            collect_job(name),
            selection=dg.AssetSelection.assets(["raw", name]),
            description=f"Loads raw/{name}" + (f", one {source.partition.by} or several." if source.partition else "."),
        )
    if len(assets) > len(shop.sources):
        sources = [dg.AssetKey(["raw", name]) for name in shop.sources]
        made = dg.AssetSelection.all() - dg.AssetSelection.keys(*sources)
        yield dg.define_asset_job(REFRESH_JOB, selection=made, description="Everything that is made from the sources.")


def phases(shop: Shop, *, force: bool, only: tuple[int, int] | None = None) -> list[Phase]:
    """What `ecrec run` does: each source, only the periods that have changed, and then what is made from them."""
    found = [
        Phase(collect_job(name), lambda name=name: _tags(shop, name, force, only))  # type: ignore[misc]
        for name in in_order(shop)
    ]
    return [*found, Phase(REFRESH_JOB, dict)]


def asked_periods(shop: Shop, text: str | None) -> tuple[int, int] | None:
    """`2011-12-01..2011-12-08` as numbers. WrongPeriods when it is no such text, or no period of a source."""
    if text is None:
        return None
    try:
        days = [date.fromisoformat(part) for part in (text.split("..") * 2)[:2]]
    except ValueError as error:
        raise WrongPeriods(f"--periods '{text}' is no day; write 2011-12-08, or 2011-12-01..2011-12-08") from error
    for name, source in shop.sources.items():
        if source.partition:
            asked = [day_number(start_of(day, source.partition.by)) for day in days]
            first, last = bounds(source.partition, shop.timezone)
            if not first <= asked[0] <= asked[1] <= last:
                raise WrongPeriods(f"--periods '{text}': raw/{name} has {day_of(first)}..{day_of(last)}")
    return day_number(days[0]), day_number(days[1])


def _tags(shop: Shop, name: str, force: bool, only: tuple[int, int] | None) -> dict[str, str]:
    periods = shop.sources[name].partition
    if periods is None:
        return {}
    if only is None:
        try:
            return range_tags(*changed_span(shop, name, force=force))
        except (CollectError, ShopFileError):  # the run itself says why its source cannot be read
            return range_tags(*bounds(periods, shop.timezone)[-1:] * 2)
    return range_tags(*(day_number(start_of(day_of(number), periods.by)) for number in only))


def changed_span(shop: Shop, name: str, *, force: bool = False) -> tuple[int, int]:
    """From the first to the last period that has to be loaded; the newest known one when nothing has changed."""
    source = shop.sources[name]
    assert source.partition
    recipe = recipe_of(shop, name)
    reader = reader_of(shop, name, recipe.contract)
    first, last = bounds(source.partition, shop.timezone)
    known = [period for period in reader.known() if first <= period <= last]
    if not known:
        return last, last
    if force:
        return known[0], known[-1]
    lake = Lake(get_settings().lake)
    if source.files is None and (
        published := lake.fingerprints(recipe.contract.key, span(first, last, source.partition.by))
    ):
        known = [
            period
            for period in known
            if period not in published or period >= known[-1 - min(source.late, len(known) - 1)]
        ]
    stale = wanted(lake, recipe, reader, span(known[0], known[-1], source.partition.by)).stale
    return (stale[0], stale[-1]) if stale else (known[-1], known[-1])
