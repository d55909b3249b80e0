from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from ecrec_assets.collect import complete_journey
from ecrec_assets.components.partitions import all_weeks_tags, newest_week, partition_key_of, retail_weeks, week_of


def test_every_week_of_the_year_is_one_partition() -> None:
    keys = retail_weeks.get_partition_keys()
    assert [week_of(key) for key in keys] == list(range(1, 54))
    assert [partition_key_of(week) for week in range(1, 54)] == keys
    assert list(all_weeks_tags().values()) == [keys[0], keys[-1]]


def test_partitions_are_the_weeks_the_shop_itself_wrote_down() -> None:
    lines = complete_journey.read("transactions").select("week", "transaction_timestamp").gather_every(50)
    local = pl.col("transaction_timestamp").dt.replace_time_zone("UTC").dt.convert_time_zone("America/New_York")
    monday = local.dt.truncate("1w").dt.date()
    found = lines.select(pl.col("week"), monday.alias("monday")).unique().sort("week").collect()
    assert [partition_key_of(week) for week in found["week"]] == [day.isoformat() for day in found["monday"]]


@pytest.mark.parametrize(
    ("moment", "key"),
    [("2017-06-14T04:00", "2017-06-05"), ("2026-01-01T04:00", "2017-12-25")],
)
def test_the_newest_week_is_the_last_complete_one_or_the_end_of_history(moment: str, key: str) -> None:
    assert newest_week(datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("America/New_York"))) == key
