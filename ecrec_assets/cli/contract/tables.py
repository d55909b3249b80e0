"""Tables that a command names: a published table by its key, or anything at a location."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import polars as pl

from ecrec_assets.collect.errors import CollectError
from ecrec_assets.settings import get_settings

if TYPE_CHECKING:
    from ecrec_assets.lake.store import Lake


class WrongReference(ValueError):
    """A `--reference` that is not `table=location`."""


@contextmanager
def opened(named: str, schema: pl.Schema | None = None) -> Iterator[pl.LazyFrame]:
    """The table, typed by `schema` or by its own values, to be read as often as one likes.

    CollectError when there is none, with the published tables of near names.
    """
    lake = _lake()
    if _is_place(named):
        from ecrec_assets.collect.location import scan, scan_as, stays

        frame = scan(named) if schema is None else scan_as(named, schema)
        with _kept(frame, at_hand=stays(named)) as kept:
            yield kept
    elif _published(lake, named):
        yield lake.read(named)
    else:
        raise _unknown(named, lake.tables())


def described(named: str) -> str:
    """How a draft or a message calls the table; never with a password."""
    from ecrec_assets.collect.location import describe

    return describe(named) if _is_place(named) else f"the published table {named}"


def references(tables: Iterable[str], given: Iterable[str]) -> dict[str, pl.LazyFrame]:
    """Tables to look values up in: those given as `table=location`, else what is published of `tables`."""
    from ecrec_assets.collect.location import scan

    stated = dict(_parted(each) for each in given)
    lake = _lake()
    found = {table: lake.read(table) for table in tables if table not in stated and _published(lake, table)}
    return found | {table: scan(location) for table, location in stated.items()}


def neighbours(key: str, contracts: Mapping[str, frozenset[str]]) -> list[str]:
    """Published tables of the same group that do not themselves refer, over any number of steps, to `key`."""
    group = key.rpartition("/")[0]
    near = [table for table in _lake().tables() if table != key and table.rpartition("/")[0] == group]
    return [table for table in near if not _leads(table, key, contracts)]


def _leads(table: str, key: str, contracts: Mapping[str, frozenset[str]]) -> bool:
    seen: set[str] = set()
    todo = [table]
    while todo:
        here = todo.pop()
        if here == key:
            return True
        if here not in seen:
            seen.add(here)
            todo.extend(contracts.get(here, ()))
    return False


@contextmanager
def _kept(frame: pl.LazyFrame, *, at_hand: bool) -> Iterator[pl.LazyFrame]:
    """Parquet is read again from where it lies; what would be parsed again is kept."""
    if at_hand:
        yield frame
        return
    with TemporaryDirectory(prefix="ecrec-") as folder:
        path = Path(folder) / "table.parquet"
        frame.sink_parquet(path, compression="lz4")
        yield pl.scan_parquet(path)


def _parted(given: str) -> tuple[str, str]:
    table, sign, location = given.partition("=")
    if not (table and sign and location):
        raise WrongReference(f"--reference {given}: write table=location, as in raw/products=products.csv")
    return table, location


def _is_place(named: str) -> bool:
    return "://" in named or any(sign in named for sign in "*?[") or Path(named).expanduser().exists()


def _published(lake: Lake, table: str) -> bool:
    from ecrec_assets.lake.places import TABLE

    return TABLE.fullmatch(table) is not None and lake.current(table) is not None


def _unknown(named: str, published: list[str]) -> CollectError:
    near = get_close_matches(named, published, n=3, cutoff=0.5)
    there = f"Published are {', '.join(near)}." if near else "Check the path; 'ecrec status' lists published tables."
    return CollectError(named, "is neither a file that exists nor a published table", there)


def _lake() -> Lake:
    from ecrec_assets.lake.store import Lake

    return Lake(get_settings().lake)
