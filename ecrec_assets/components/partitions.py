"""Periods as Dagster partitions: the retail weeks of The Complete Journey, and the days, weeks or months of a shop."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

import dagster as dg

from ecrec_assets.lake.version import Every, Partition, day_number, day_of
from ecrec_assets.shop.config import Periods
from ecrec_assets.verdict import PERIOD

FIRST_MONDAY = date(2016, 12, 26)
LAST_MONDAY = date(2018, 1, 1)

retail_weeks = dg.WeeklyPartitionsDefinition(
    start_date=FIRST_MONDAY.isoformat(),
    end_date=LAST_MONDAY.isoformat(),
    timezone="America/New_York",
    day_offset=1,
)


class Weeks(NamedTuple):
    """Retail weeks, both ends included. Week 1 holds the first day of the year."""

    first: int
    last: int


def weeks_of(context: dg.AssetExecutionContext) -> Weeks:
    """The weeks a partitioned run is for."""
    keys = context.partition_key_range
    return Weeks(week_of(keys.start), week_of(keys.end))


def week_of(partition_key: str) -> int:
    """`2017-01-02` -> 2."""
    return (date.fromisoformat(partition_key[:10]) - FIRST_MONDAY).days // 7 + 1


def partition_key_of(week: int) -> str:
    """2 -> `2017-01-02`."""
    return (FIRST_MONDAY + timedelta(weeks=week - 1)).isoformat()


def all_weeks_tags() -> dict[str, str]:
    """Run tags that ask for every week in one run."""
    keys = retail_weeks.get_partition_keys()
    return {"dagster/asset_partition_range_start": keys[0], "dagster/asset_partition_range_end": keys[-1]}


def newest_week(moment: datetime) -> str:
    """The key of the retail week of `moment`, or of the last week there is when history has ended."""
    keys = retail_weeks.get_partition_keys(current_time=moment)
    return keys[-1]


def start_of(day: date, every: Every) -> date:
    """The first day of the period a day lies in; weeks start on Monday."""
    if every == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if every == "month" else day


def periods_definition(periods: Periods, zone: str) -> dg.TimeWindowPartitionsDefinition:
    """A partition a period, its key the first day. Without `last` they go on to the newest one that has ended."""
    first = start_of(periods.first, periods.by).isoformat()
    end = start_of(periods.last, periods.by) if periods.last else None
    if periods.by == "month":
        after = (end + timedelta(days=32)).replace(day=1).isoformat() if end else None
        return dg.MonthlyPartitionsDefinition(start_date=first, end_date=after, timezone=zone)
    if periods.by == "week":
        after = (end + timedelta(weeks=1)).isoformat() if end else None
        return dg.WeeklyPartitionsDefinition(start_date=first, end_date=after, timezone=zone, day_offset=1)
    after = (end + timedelta(days=1)).isoformat() if end else None
    return dg.DailyPartitionsDefinition(start_date=first, end_date=after, timezone=zone)


def period_of(key: str) -> int:
    """`2010-12-01` -> 14944, as the lake counts periods."""
    return day_number(date.fromisoformat(key[:10]))


def range_tags(first: int, last: int) -> dict[str, str]:
    """Run tags that ask for the periods from first to last in one run."""
    return {
        "dagster/asset_partition_range_start": day_of(first).isoformat(),
        "dagster/asset_partition_range_end": day_of(last).isoformat(),
    }


def span(first: int, last: int, every: Every) -> Partition:
    """The part of a table that these periods are."""
    return Partition(PERIOD, first, last, every)
