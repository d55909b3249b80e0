"""Shows a verdict in the report."""

from __future__ import annotations

from pathlib import Path

from great_expectations.data_context import AbstractDataContext
from great_expectations.data_context.types.resource_identifiers import ExpectationSuiteIdentifier

from ecrec_assets.contracts.pages.archive import Archive
from ecrec_assets.contracts.report_links import page_of, site_of
from ecrec_assets.verdict import Verdict


class NoResult(LookupError):
    """A verdict whose Great Expectations result was not stored in this context under the verdict's id."""


def show(context: AbstractDataContext, verdict: Verdict, reports: Path) -> Path:
    """Keeps the verdict and writes its pages; the path of its page. The context is `open_context(reports)`."""
    Archive(reports).keep(verdict)
    keys = [key for key in context.validation_results_store.list_keys() if key.run_id.run_name == verdict.id]
    if not keys:
        raise NoResult(f"{verdict.contract}: no result of run {verdict.id} is stored below {reports}")
    suites = [ExpectationSuiteIdentifier(key.expectation_suite_identifier.name) for key in keys]
    context.build_data_docs(resource_identifiers=[*suites, *keys])
    return site_of(reports) / page_of(verdict.contract, verdict.id)
