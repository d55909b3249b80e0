"""Shows a verdict in the report, and makes the report anew from what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ecrec_assets.contracts.breakdown import RowSample
from ecrec_assets.contracts.pages.errors_page import Errors
from ecrec_assets.contracts.pages.labels_page import Labels
from ecrec_assets.contracts.pages.links import links
from ecrec_assets.contracts.pages.site import Site
from ecrec_assets.contracts.report_links import errors_page_of, labels_page_of, page_of, site_of
from ecrec_assets.verdict import Verdict


def show(verdict: Verdict, found: Mapping[str, Any], reports: Path, samples: Mapping[str, RowSample]) -> Path:
    """Keeps the verdict and writes every page that shows or lists it; the path of its own page.

    `found` are Great Expectations' results and `samples` some of the failing rows, both by rule.
    """
    site = Site(reports, links())
    site.write_verdict(verdict, found, samples)
    site.list_verdicts([verdict])
    return site_of(reports) / page_of(verdict.contract, verdict.id)


def show_errors(errors: Errors, reports: Path) -> Path:
    """Keeps a model's worst errors and writes their page, which becomes the newest of its contract; its path."""
    Site(reports, links()).write_errors(errors)
    return site_of(reports) / errors_page_of(errors.contract, errors.model_run)


def show_labels(labels: Labels, reports: Path) -> Path:
    """Keeps what is known of a table's labels and writes their page; its path."""
    Site(reports, links()).write_labels(labels)
    return site_of(reports) / labels_page_of(labels.contract)


def rebuild(reports: Path) -> int:
    """Writes all pages again, as after an upgrade; the number of verdicts. Nothing of the data is read."""
    from ecrec_assets.contracts.pages.stores import stored_results

    site, results = Site(reports, links()), stored_results(reports)
    verdicts = site.archive.every()
    for verdict in verdicts:
        site.write_verdict(verdict, results(verdict), site.archive.samples(verdict))
    for errors in site.kept_errors():
        site.show_errors(errors)
    for labels in site.kept_labels():
        site.show_labels(labels)
    site.list_again()
    return len(verdicts)
