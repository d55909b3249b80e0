from datetime import timedelta
from functools import partial

import dagster as dg
import polars as pl

from ecrec_assets.components.gated_asset import gated_asset
from ecrec_assets.components.partitions import Weeks, retail_weeks
from ecrec_assets.components.source import source_state

UNPARTITIONED = (
    "products",
    "promotions",
    "coupons",
    "coupon_redemptions",
    "campaigns",
    "campaign_descriptions",
    "demographics",
)


def _raw(name: str) -> dg.AssetsDefinition:
    @gated_asset(
        f"raw/{name}",
        group="collection",
        source=partial(source_state, name),
        fresh_for=timedelta(hours=36),
        kinds=("file", "deltalake"),
    )
    def collected() -> pl.LazyFrame:
        """As the shop delivers it; rows that break the contract are kept in quarantine."""
        from ecrec_assets.components.source import read_source

        return read_source(name)

    return collected


raw_tables = [_raw(name) for name in UNPARTITIONED]


@gated_asset(
    "raw/transactions",
    group="collection",
    source=partial(source_state, "transactions"),
    partitions=retail_weeks,
    fresh_for=timedelta(hours=36),
    kinds=("file", "deltalake"),
)
def transactions(weeks: Weeks) -> pl.LazyFrame:
    """As the tills deliver it, a partition a retail week; rows that break the contract are kept in quarantine."""
    from ecrec_assets.components.source import read_source

    return read_source("transactions").filter(pl.col("week").is_between(*weeks))
