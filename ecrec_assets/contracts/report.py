"""Shows a verdict in the report, and makes the report anew from what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ecrec_assets.contracts.breakdown import RowSample
from ecrec_assets.contracts.pages.links import links
from ecrec_assets.contracts.pages.site import Site
from ecrec_assets.contracts.report_links import page_of, site_of
from ecrec_assets.verdict import Verdict


def show(verdict: Verdict, found: Mapping[str, Any], reports: Path, samples: Mapping[str, RowSample]) -> Path:
    """Keeps the verdict and writes every page that shows or lists it; the path of its own page.

    `found` are Great Expectations' results and `samples` some of the failing rows, both by rule.
    """
    site = Site(reports, links())
    site.write_verdict(verdict, found, samples)
    site.list_verdicts([verdict])
    return site_of(reports) / page_of(verdict.contract, verdict.id)


def rebuild(reports: Path) -> int:
    """Writes all pages again, as after an upgrade; the number of verdicts. Nothing of the data is read."""
    from ecrec_assets.contracts.pages.stores import stored_results

    site, results = Site(reports, links()), stored_results(reports)
    verdicts = site.archive.every()
    for verdict in verdicts:
        site.write_verdict(verdict, results(verdict), site.archive.samples(verdict))
    site.list_again()
    return len(verdicts)
