"""How a source of a shop is read by period: which periods there are, what each was made from, and its rows."""

from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

import polars as pl

from ecrec_assets.contracts.model import Contract
from ecrec_assets.lake.version import day_number, day_of
from ecrec_assets.settings import get_settings
from ecrec_assets.shop.config import Periods, Shop, Source
from ecrec_assets.verdict import PERIOD

Moment = date | str


class Finding(NamedTuple):
    """Something about a delivery that a person should see. `refused`: its lines are not in the table."""

    what: str
    refused: bool


class Reader(Protocol):
    """A source of a shop. Periods are counted by the number of their first day."""

    def known(self) -> list[int]:
        """Every period the source has rows of, ascending."""

    def states(self, first: int, last: int) -> dict[int, str]:
        """For each period with rows what they are made from; changes when they do."""

    def read(self, first: int, last: int) -> pl.LazyFrame:
        """The rows of these periods, with `_period`."""

    def findings(self) -> list[Finding]:
        """What is wrong with the delivery as a whole."""


def reader_of(shop: Shop, name: str, contract: Contract) -> "Reader":
    """The reader of a partitioned source."""
    return FileReader(shop, name, contract) if shop.sources[name].files else TableReader(shop, name, contract)


class FileReader:
    """Files that match a pattern. They are looked at once and remembered below the home folder."""

    def __init__(self, shop: Shop, name: str, contract: Contract) -> None:
        from ecrec_assets.collect.csv_form import CsvForm
        from ecrec_assets.collect.delivery import Shape
        from ecrec_assets.collect.periods import Calendar

        self.shop, self.name, self.source = shop, name, shop.sources[name]
        periods = self.source.partition
        calendar = Calendar(periods.by, periods.column, shop.timezone) if periods else None
        self.shape = Shape(contract.schema, CsvForm(self.source.csv.encoding, self.source.csv.separator), calendar)

    @cached_property
    def deliveries(self):  # type: ignore[no-untyped-def]
        """CollectError when there is no file, or none that can be read."""
        from ecrec_assets.collect.deliveries import look
        from ecrec_assets.collect.errors import CollectError

        assert self.source.files
        pattern = self.shop.path(self.source.files)
        memory = get_settings().root / "shop" / f"{self.name}.json"
        found = look(pattern, self.shape, memory=memory, replace=self.source.resend == "replace")
        if not found.counted and not found.refused:
            raise CollectError(
                pattern, "matches no file", f"Put files there, or mend 'files' of {self.shop.place(self.name)}."
            )
        if not found.counted or (found.refused and self.source.partition is None):
            others = f"; {len(found.refused) - 1} more files cannot be read" if len(found.refused) > 1 else ""
            raise CollectError(
                found.refused[0].error.rstrip("."), f"the table cannot be read{others}", "Mend the file."
            )
        return found

    def known(self) -> list[int]:
        return list(self.deliveries.periods)

    def states(self, first: int, last: int) -> dict[int, str]:
        return {period: state for period, state in self.deliveries.states().items() if first <= period <= last}

    def read(self, first: int, last: int) -> pl.LazyFrame:
        from ecrec_assets.collect.delivered import delivered

        return delivered(self.deliveries, self.shape, first, last)

    def read_all(self) -> pl.LazyFrame:
        """All rows of a table in one piece."""
        from ecrec_assets.collect.delivered import delivered

        return delivered(self.deliveries, self.shape)

    def state(self) -> str:
        """Of a table in one piece."""
        return " ".join(sorted(file.sha256 for file in self.deliveries.counted))

    def findings(self) -> list[Finding]:
        refused = [Finding(delivery.error, refused=True) for delivery in self.deliveries.refused]
        return refused + [Finding(text, refused=False) for text in self._outside()]

    def _outside(self) -> list[str]:
        """Lines of periods that the file of the shop does not have."""
        assert self.source.partition
        first, last = bounds(self.source.partition, self.shop.timezone)
        return [
            f"{delivery.path}: {lines:,} line{'' if lines == 1 else 's'} of {day_of(period)}, "
            f"which is {'before first' if period < first else 'after the last period'}"
            for delivery in self.deliveries.counted
            for period, lines in delivery.periods.items()
            if not first <= period <= last
        ]


class TableReader:
    """A table of a database, or a Delta table. A period is told by a hash of its rows."""

    def __init__(self, shop: Shop, name: str, contract: Contract) -> None:
        self.shop, self.name, self.source, self.schema = shop, name, shop.sources[name], contract.schema

    @property
    def periods(self) -> Periods:
        assert self.source.partition
        return self.source.partition

    def known(self) -> list[int]:
        """Every period from the first to the last row: a table does not say which of them are empty."""
        if self._extent is None:
            return []
        from ecrec_assets.components.partitions import span, start_of

        first, last = (day_number(start_of(day, self.periods.by)) for day in self._extent)
        return list(span(first, last, self.periods.by).values)

    def states(self, first: int, last: int) -> dict[int, str]:
        rows = self.read(first, last)
        values = pl.struct(pl.exclude(PERIOD)).hash(seed=0)
        found = rows.group_by(PERIOD).agg(pl.len().alias("rows"), values.sum().alias("sum"))
        return {
            day_number(period): f"{rows} {total}" for period, rows, total in found.collect(engine="streaming").rows()
        }

    def read(self, first: int, last: int) -> pl.LazyFrame:
        from ecrec_assets.collect.fitted import fitted
        from ecrec_assets.collect.periods import Calendar

        start, end = day_of(first), _after(day_of(last), self.periods.by)
        column = self.periods.column
        earliest = first <= day_number(self.periods.first)
        frame = fitted(
            raw_rows(self.shop, self.name, Window(column, start, end, earliest)), self.schema, self.shop.timezone
        )
        calendar = Calendar(self.periods.by, column, self.shop.timezone)
        own = calendar.of(frame.collect_schema()[column])
        return frame.with_columns(pl.coalesce(own, pl.lit(start)).alias(PERIOD))

    def findings(self) -> list[Finding]:
        if self._extent is None:
            return []
        first, last = (day_of(number) for number in bounds(self.periods, self.shop.timezone))
        least, most = self._extent
        told = f"{self.shop.place(self.name)}: there are rows"
        early = [Finding(f"{told} of {least}, before first", refused=False)] if least < first else []
        end = _after(last, self.periods.by)
        return early + ([Finding(f"{told} of {most}, after the last period", refused=False)] if most >= end else [])

    @cached_property
    def _extent(self) -> tuple[date, date] | None:
        least, most = extent_of(self.shop, self.name, self.periods.column)
        return None if least is None else (_local(least, self.shop.timezone), _local(most, self.shop.timezone))


class Window(NamedTuple):
    """Rows from `start` until before `end`, in the shop's days; `undated` ones too."""

    column: str
    start: date
    end: date
    undated: bool = False


def raw_rows(shop: Shop, name: str, window: Window | None = None) -> pl.LazyFrame:
    """Rows of a database or a Delta table as they are stored, those of the window when there is one."""
    source = shop.sources[name]
    if source.sql:
        return _sql_rows(shop, name, source, window)
    frame = _delta(shop, source)
    if window is None:
        return frame
    inside = pl.col(window.column).is_between(
        *_limits(window, frame.collect_schema()[window.column], shop.timezone), closed="left"
    )
    return frame.filter(inside | pl.col(window.column).is_null() if window.undated else inside)


def extent_of(shop: Shop, name: str, column: str) -> tuple[object, object]:
    """The least and the greatest value of a column; two times None when there is none."""
    from ecrec_assets.collect.sql import extent

    source = shop.sources[name]
    if source.sql:
        found = extent(shop.url(name), column, table=source.sql.table, query=source.sql.query)
        return found or (None, None)
    values = pl.col(column)
    return _delta(shop, source).select(values.min().alias("least"), values.max().alias("most")).collect().row(0)


def bounds(periods: Periods, zone: str, now: datetime | None = None) -> tuple[int, int]:
    """The first and the last period there is now."""
    from ecrec_assets.components.partitions import period_of, periods_definition

    keys = periods_definition(periods, zone).get_partition_keys(current_time=now)
    return (period_of(keys[0]), period_of(keys[-1])) if keys else (day_number(periods.first),) * 2


def _sql_rows(shop: Shop, name: str, source: Source, window: Window | None) -> pl.LazyFrame:
    from ecrec_assets.collect.sql import Between, read_sql

    assert source.sql
    url, table, query = shop.url(name), source.sql.table, source.sql.query
    if window is None:
        return read_sql(url, table=table, query=query)
    dtype = read_sql(url, table=table, query=query).collect_schema().get(window.column, pl.Null())
    where = Between(window.column, *_limits(window, dtype, shop.timezone), nulls=window.undated)
    return read_sql(url, table=table, query=query, where=where)


def _limits(window: Window, dtype: pl.DataType, zone: str) -> tuple[Moment, Moment]:
    """The window's days as values of the column's type, midnight in the shop's zone."""
    if dtype == pl.Date():
        return window.start, window.end
    if dtype == pl.String():
        return window.start.isoformat(), window.end.isoformat()
    midnight = [datetime(day.year, day.month, day.day) for day in (window.start, window.end)]
    if getattr(dtype, "time_zone", None):
        midnight = [moment.replace(tzinfo=ZoneInfo(zone)) for moment in midnight]
    return midnight[0], midnight[1]


def _delta(shop: Shop, source: Source) -> pl.LazyFrame:
    from ecrec_assets.collect.errors import CollectError

    assert source.delta
    path: Path = shop.path(source.delta)
    if not (path / "_delta_log").is_dir():
        raise CollectError(path, "is no Delta table", "Name the folder that holds _delta_log.")
    return pl.scan_delta(path)


def _local(moment: object, zone: str) -> date:
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    if isinstance(moment, datetime):
        return (moment.astimezone(ZoneInfo(zone)) if moment.tzinfo else moment).date()
    assert isinstance(moment, date)
    return moment


def _after(day: date, every: str) -> date:
    if every == "month":
        return (day + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=7 if every == "week" else 1)
