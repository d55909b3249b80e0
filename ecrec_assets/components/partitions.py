"""Retail weeks as Dagster partitions: Monday 00:00 in the shop's time zone."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

import dagster as dg

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
