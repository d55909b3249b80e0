from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ecrec_assets.lake.errors import NotPublishable
from ecrec_assets.lake.store import Lake
from ecrec_assets.lake.version import Partition
from tests.lake.audits import NOTHING, publish

MOMENT = datetime(2017, 3, 12, 2, 30, 0, 123457)  # this hour does not exist in New York

EVERY_TYPE = pl.DataFrame(
    {
        "week": [1, 2, 2],
        "u8": pl.Series([0, 255, None], dtype=pl.UInt8),
        "u16": pl.Series([0, 2**16 - 1, None], dtype=pl.UInt16),
        "u32": pl.Series([0, 2**32 - 1, None], dtype=pl.UInt32),
        "i32": pl.Series([-(2**31), 2**31 - 1, None], dtype=pl.Int32),
        "i64": pl.Series([-(2**63), 2**63 - 1, None], dtype=pl.Int64),
        "f32": pl.Series([1.5, float("inf"), None], dtype=pl.Float32),
        "f64": [0.1, float("nan"), None],
        "text": ["", "été 🛒 'quoted' \"too\"", None],
        "flag": [True, False, None],
        "day": [date(2017, 1, 1), date(1, 1, 1), None],
        "moment": [MOMENT, datetime(1900, 1, 1), None],
        "instant": pl.Series([MOMENT.replace(tzinfo=UTC), None, None], dtype=pl.Datetime("us", "UTC")),
        "tokens": [["a", None], [], None],
        "vector": pl.Series([[1.0, 2.0], [], None], dtype=pl.List(pl.Float32)),
        "money": pl.Series([Decimal("1.10"), Decimal("-0.01"), None], dtype=pl.Decimal(12, 2)),
        "pair": [{"a": 1, "b": "x"}, {"a": None, "b": None}, None],
        "Mixed Case": ["a", "b", "c"],
    }
)


@pytest.mark.parametrize("partition", [None, Partition("week", 1, 2)])
def test_values_types_and_column_order_come_back_as_they_were(tmp_path: Path, partition: Partition | None) -> None:
    lake = Lake(tmp_path)
    publish(lake, EVERY_TYPE.lazy(), NOTHING, partition=partition)
    read = lake.read("raw/sales")
    assert read.collect_schema() == EVERY_TYPE.schema
    assert_frame_equal(read.collect(), EVERY_TYPE, check_row_order=False, check_column_order=True)


def test_a_filter_on_a_published_table_gives_what_it_gives_on_the_frame(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    publish(lake, EVERY_TYPE.lazy(), NOTHING, partition=Partition("week", 1, 2))
    for condition in (pl.col("u32") > 5, pl.col("week") == 2, pl.col("moment") == MOMENT, pl.col("text") == ""):
        expected = EVERY_TYPE.filter(condition)
        assert_frame_equal(lake.read("raw/sales").filter(condition).collect(), expected, check_row_order=False)


@pytest.mark.parametrize(
    "column",
    [
        pl.Series([time(1, 2)]),
        pl.Series([None], dtype=pl.Null),
        pl.Series(["a"], dtype=pl.Categorical),
        pl.Series(["a"], dtype=pl.Enum(["a"])),
        pl.Series([2**63], dtype=pl.UInt64),
        pl.Series([MOMENT], dtype=pl.Datetime("ns")),
        pl.Series([MOMENT.replace(tzinfo=UTC)], dtype=pl.Datetime("us", "America/New_York")),
        pl.Series([[1]], dtype=pl.List(pl.UInt32)),
    ],
    ids=lambda column: str(column.dtype),
)
def test_a_type_that_would_come_back_changed_is_refused_by_name(tmp_path: Path, column: pl.Series) -> None:
    with pytest.raises(NotPublishable, match=r"raw/sales: a table cannot keep odd .*Cast it first"):
        publish(Lake(tmp_path), pl.LazyFrame({"odd": column}), NOTHING)
