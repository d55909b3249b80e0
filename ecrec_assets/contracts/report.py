"""Shows a verdict in the report."""

from __future__ import annotations

from pathlib import Path

from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context import AbstractDataContext
from great_expectations.data_context.types.resource_identifiers import (
    ExpectationSuiteIdentifier,
    ValidationResultIdentifier,
)

from ecrec_assets.contracts.pages.archive import Archive
from ecrec_assets.contracts.report_links import page_of, site_of
from ecrec_assets.contracts.validation import SOURCE
from ecrec_assets.verdict import Verdict


class NoResult(LookupError):
    """A verdict whose Great Expectations result was not stored in this context under the verdict's id."""


def show(context: AbstractDataContext, verdict: Verdict, reports: Path) -> Path:
    """Keeps the verdict and writes its pages; the path of its page. The context is `open_context(reports)`."""
    suite = ExpectationSuiteIdentifier(verdict.contract.replace("/", "."))
    result = ValidationResultIdentifier(
        suite, RunIdentifier(run_name=verdict.id, run_time=verdict.created_at), f"{SOURCE}-{suite.name}"
    )
    if not context.validation_results_store.has_key(result):
        raise NoResult(f"{verdict.contract}: no result of run {verdict.id} is stored below {reports}")
    Archive(reports).keep(verdict)
    context.build_data_docs(resource_identifiers=[suite, result])
    return site_of(reports) / page_of(verdict.contract, verdict.id)
