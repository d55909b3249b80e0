"""What a look at one source tells, in words, for `ecrec shop check`."""

from typing import NamedTuple

from ecrec_assets.collect.errors import CollectError
from ecrec_assets.components.catalogue import contract
from ecrec_assets.components.partitions import span
from ecrec_assets.components.shop_load import wanted
from ecrec_assets.components.shop_reader import FileReader, bounds, reader_of
from ecrec_assets.components.shop_sources import recipe_of
from ecrec_assets.lake.store import Lake
from ecrec_assets.lake.version import day_of
from ecrec_assets.settings import get_settings
from ecrec_assets.shop.config import Shop
from ecrec_assets.shop.errors import ShopFileError


class Summary(NamedTuple):
    """Texts for a person; `troubles` are what has to be mended."""

    origin: str
    periods: str
    rows: str = ""
    to_load: str = ""
    troubles: tuple[str, ...] = ()


def summary(shop: Shop, name: str, *, look: bool) -> Summary:
    """Of one source; with `look` its files are read once, or its database is asked for its first and last row."""
    source = shop.sources[name]
    origin = source.files or (source.sql and (source.sql.table or "a query")) or source.delta or ""
    periods = _periods(shop, name)
    if not look:
        return Summary(origin, periods)
    try:
        if source.files is None:
            return Summary(origin, periods, troubles=_asked(shop, name))
        return _files(shop, name, origin, periods)
    except (CollectError, ShopFileError) as error:
        return Summary(origin, periods, troubles=(str(error),))


def _periods(shop: Shop, name: str) -> str:
    periods = shop.sources[name].partition
    if periods is None:
        return "one piece"
    first, last = bounds(periods, shop.timezone)
    return f"{periods.by}s {day_of(first)}..{day_of(last)}"


def _files(shop: Shop, name: str, origin: str, periods: str) -> Summary:
    reader = FileReader(shop, name, contract(f"raw/{name}"))
    found = reader.deliveries
    count = len(found.counted)
    origin = f"{origin} ({count:,} file{'' if count == 1 else 's'})"
    rows = f"{sum(delivery.rows for delivery in found.counted):,}"
    partition = shop.sources[name].partition
    if partition is None:
        return Summary(origin, periods, rows)
    first, last = bounds(partition, shop.timezone)
    stale = wanted(Lake(get_settings().lake), recipe_of(shop, name), reader, span(first, last, partition.by)).stale
    return Summary(origin, periods, rows, f"{len(stale):,}", tuple(finding.what for finding in reader.findings()))


def _asked(shop: Shop, name: str) -> tuple[str, ...]:
    from ecrec_assets.components.shop_reader import raw_rows

    if shop.sources[name].partition is None:
        raw_rows(shop, name).collect_schema()
        return ()
    return tuple(finding.what for finding in reader_of(shop, name, contract(f"raw/{name}")).findings())
