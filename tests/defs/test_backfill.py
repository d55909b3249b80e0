from pathlib import Path

import dagster as dg
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ecrec_assets.components.partitions import partition_key_of
from ecrec_assets.lake.store import Lake
from ecrec_assets.settings import get_settings

KEY = ["basket_id", "product_id"]


def collect_weeks(assets: list[dg.AssetsDefinition], instance: dg.DagsterInstance, first: int, last: int) -> bool:
    tags = {
        "dagster/asset_partition_range_start": partition_key_of(first),
        "dagster/asset_partition_range_end": partition_key_of(last),
    }
    lines = [asset for asset in assets if asset.key.path == ["raw", "transactions"]]
    return dg.materialize(assets, selection=lines, instance=instance, tags=tags).success


def test_a_backfill_week_by_week_equals_one_full_load(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ecrec_assets.defs.collection import raw_tables, transactions

    products = next(asset for asset in raw_tables if asset.key.path == ["raw", "products"])
    assets = [products, transactions]
    lakes = {}
    for name, ranges in {"full": [(1, 3)], "backfill": [(2, 2), (3, 3), (1, 1), (2, 2)]}.items():
        monkeypatch.setenv("ECREC_HOME", str(tmp_path / name))
        get_settings.cache_clear()
        with dg.DagsterInstance.ephemeral() as instance:
            assert dg.materialize(assets, selection=[products], instance=instance).success
            for weeks in ranges:
                assert collect_weeks(assets, instance, *weeks)
        lakes[name] = Lake(get_settings().lake)
    full, backfill = (lake.read("raw/transactions").sort(KEY).collect() for lake in lakes.values())
    assert full["week"].unique().sort().to_list() == [1, 2, 3]
    assert_frame_equal(full, backfill)
    left, right = (_quarantine(lake) for lake in lakes.values())
    assert left.height > 0
    assert_frame_equal(left, right)
    assert full.height + left.height == 62_574


def _quarantine(lake: Lake) -> pl.DataFrame:
    kept = lake.quarantine("raw/transactions").collect()
    return kept.select(*KEY, "quantity", "sales_value", "_failed_rules").sort(KEY)
