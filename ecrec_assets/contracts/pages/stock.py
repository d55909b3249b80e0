"""Great Expectations' own Data Docs of the same results, for who wants them.

They load fonts, styles and scripts from other hosts and write values as they come: here every text is escaped before
they see it, and the site is built as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

import great_expectations as gx
from great_expectations.data_context import AbstractDataContext
from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults

from ecrec_assets.contracts.context import RESULTS, files_below, silent
from ecrec_assets.contracts.model import Contract
from ecrec_assets.contracts.pages.stores import BriefResultsStore
from ecrec_assets.contracts.suite import build_suite


class EscapedResultsStore(BriefResultsStore):
    """Reads results with every text in them escaped."""

    def deserialize(self, value: Any) -> Any:
        return super().deserialize(json.dumps(escaped(json.loads(value))))


def stock_docs(reports: Path, out: Path, contracts: Iterable[Contract] = ()) -> Path:
    """Builds the stock site of all results kept below `reports` into the folder `out`; its first page."""
    context = _context(reports.resolve(), out.resolve())
    for contract in contracts:
        suite = build_suite(contract).suite
        context.suites.add(gx.ExpectationSuite(**escaped(suite.to_json_dict())))
    context.build_data_docs()
    return out / "index.html"


def escaped(value: Any) -> Any:
    """Every text in a JSON value, keys too, so that it is no markup."""
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, dict):
        return {escape(key): escaped(item) for key, item in value.items()}
    return [escaped(item) for item in value] if isinstance(value, list) else value


def _context(reports: Path, out: Path) -> AbstractDataContext:
    defaults = InMemoryStoreBackendDefaults()
    store = {"class_name": "EscapedResultsStore", "module_name": __name__}
    defaults.stores[RESULTS] = {**store, "store_backend": files_below(reports / "results")}
    defaults.validation_results_store_name = RESULTS
    defaults.data_docs_sites = {
        "stock": {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(out)},
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        }
    }
    config = DataContextConfig(store_backend_defaults=defaults, **silent())
    return gx.get_context(mode="ephemeral", project_config=config)
