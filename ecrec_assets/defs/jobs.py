import dagster as dg

from ecrec_assets.components.main_job import REFRESH_JOB, WEEKS_JOB
from ecrec_assets.components.partitions import retail_weeks

BY_WEEK = dg.AssetSelection.assets(["raw", "products"], ["raw", "transactions"])

collect_weeks = dg.define_asset_job(
    WEEKS_JOB,
    selection=BY_WEEK,
    partitions_def=retail_weeks,
    description="Transactions of one or more retail weeks, and the catalogue they refer to.",
)

refresh = dg.define_asset_job(
    REFRESH_JOB,
    selection=dg.AssetSelection.all() - BY_WEEK,
    description="Everything else: collect, gate, prepare, train, evaluate, publish.",
)
