"""A Polars execution engine for Great Expectations: suites written for pandas run unchanged on a LazyFrame or a scan.

    from ecrec_assets.contracts import engine

    context = engine.get_context(mode="ephemeral")
    orders = context.data_sources.add_polars("lake").add_parquet_asset("orders", "orders/*.parquet")
    batch = orders.add_batch_definition_whole_table("all")
    # … ValidationDefinition(data=batch, suite=suite), Checkpoint, Data Docs: as for any other data source

    clean, quarantined = engine.split_rows(suite, polars.scan_parquet("orders/*.parquet"))

`add_dataframe_asset(name)` takes a frame at run time, as `batch_parameters={"dataframe": frame}`; `add_delta_asset`
scans a Delta table. The whole suite is counted in one query, and one more reads the rows of rules that failed. The
package needs Great Expectations, Polars and NumPy, and nothing else of the package it lies in.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ecrec_assets.contracts.engine.masks import row_masks, split_rows
    from ecrec_assets.contracts.engine.plug_in import get_context

PUBLIC = {"get_context": "plug_in", "row_masks": "masks", "split_rows": "masks"}

__all__ = ["get_context", "row_masks", "split_rows"]


def __getattr__(name: str) -> Any:
    """Great Expectations takes seconds to import, so it is imported when it is first asked for."""
    if name not in PUBLIC:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(import_module(f"{__name__}.{PUBLIC[name]}"), name)
