"""Great Expectations' data context: what is declared stays in memory, what was found goes below one folder.

Data source, suites and definitions follow from the contract files, so nothing of them is stored and audits in several
processes cannot overwrite each other's configuration. Results are files with names of their own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import great_expectations as gx
from great_expectations.data_context import AbstractDataContext
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)

from ecrec_assets.contracts.engine import datasource as _plug_in  # noqa: F401  (adds `data_sources.add_polars`)

RESULTS = "results"  # Great Expectations puts its own store back under the usual name
STORE = {"class_name": "BriefResultsStore", "module_name": "ecrec_assets.contracts.pages.stores"}


def open_context(root: Path | None) -> AbstractDataContext:
    """A context whose results are kept below `root`; None keeps nothing.

    No usage data is sent and no progress bar is printed.
    """
    defaults = InMemoryStoreBackendDefaults()
    defaults.stores[RESULTS] = {**STORE, "store_backend": {"class_name": "InMemoryStoreBackend"}}
    defaults.validation_results_store_name = RESULTS
    if root is not None:
        folder = root.resolve()
        defaults.stores[RESULTS] = {**STORE, "store_backend": files_below(folder / "results")}
    config = DataContextConfig(store_backend_defaults=defaults, **silent())
    return gx.get_context(mode="ephemeral", project_config=config)


def silent() -> dict[str, Any]:
    """What keeps Great Expectations from sending usage data and printing progress bars."""
    return {
        "analytics_enabled": False,
        "progress_bars": ProgressBarsConfig(globally=False, metric_calculations=False),
    }


def files_below(folder: Path) -> dict[str, Any]:
    return {
        "class_name": "WholeFileBackend",
        "module_name": "ecrec_assets.contracts.pages.stores",
        "base_directory": str(folder),
        "suppress_store_backend_id": True,
    }
