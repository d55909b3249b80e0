"""Where the pages of the report lie; light enough for everyone to import."""

from __future__ import annotations

from pathlib import Path


def site_of(reports: Path) -> Path:
    """The folder to serve, below the root that the gate was given as `reports`."""
    return reports / "site"


def page_of(contract: str, verdict_id: str) -> str:
    """`raw/products`, `20170101T…` -> `verdicts/raw/products/20170101T….html`, relative to the report's root."""
    return f"verdicts/{contract}/{verdict_id}.html"


def latest_page_of(contract: str) -> str:
    """An address that always shows the newest verdict of a contract."""
    return f"verdicts/{contract}/latest.html"


def history_page_of(contract: str) -> str:
    """All verdicts of a contract, newest first."""
    return f"verdicts/{contract}/index.html"


def suite_page_of(contract: str) -> str:
    """The rules of a contract in words."""
    return f"expectations/{contract}.html"
