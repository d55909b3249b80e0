"""The Data Docs site as Great Expectations is told of it; every class of its own that writes HTML is replaced."""

from __future__ import annotations

from pathlib import Path
from typing import Any

VIEW = {"class_name": "TemplateView", "module_name": "ecrec_assets.contracts.pages.view"}


def site_config(root: Path, site: Path) -> dict[str, Any]:
    """Pages for suites and verdicts in the folder `site`; verdicts are read from `root`."""
    return {
        "class_name": "ReportSite",
        "module_name": "ecrec_assets.contracts.pages.site",
        "show_how_to_buttons": False,
        "store_backend": {
            "class_name": "WholeFileBackend",
            "module_name": "ecrec_assets.contracts.pages.stores",
            "base_directory": str(site),
        },
        "site_index_builder": _built_by("IndexBuilder", archive=str(root)),
        "site_section_builders": {
            "expectations": _section("SuiteRenderer"),
            "validations": _section("VerdictRenderer", archive=str(root)),
            "profiling": "none",  # the way to switch a section off
        },
    }


def _section(renderer: str, **arguments: str) -> dict[str, Any]:
    rendering = {"class_name": renderer, "module_name": "ecrec_assets.contracts.pages.renderers", **arguments}
    return {**_built_by("PageSection"), "renderer": rendering, "view": VIEW}


def _built_by(name: str, **arguments: str) -> dict[str, Any]:
    return {"class_name": name, "module_name": "ecrec_assets.contracts.pages.site", **arguments}
