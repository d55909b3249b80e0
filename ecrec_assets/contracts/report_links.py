"""Where the pages of the report lie; light enough for everyone to import."""

from __future__ import annotations

from pathlib import Path


def site_of(reports: Path) -> Path:
    """The folder to serve, below the root that the gate was given as `reports`."""
    return reports / "site"


def page_of(contract: str, verdict_id: str) -> str:
    """`raw/products`, `20170101T…` -> `verdicts/raw/products/20170101T….html`, relative to the report's root."""
    return f"verdicts/{contract}/{verdict_id}.html"


def rows_page_of(contract: str, verdict_id: str) -> str:
    """Some of the rows that failed; there is none when no row did."""
    return f"verdicts/{contract}/{verdict_id}.rows.html"


def latest_page_of(contract: str) -> str:
    """An address that always shows the newest verdict of a contract."""
    return f"verdicts/{contract}/latest.html"


def history_page_of(contract: str) -> str:
    """The page of a contract: heat map, trends, verdicts."""
    return f"verdicts/{contract}/index.html"


def runs_page_of(number: int) -> str:
    """A page of earlier verdicts, beside the page of its contract."""
    return f"runs-{number:04}.html"


def suite_page_of(contract: str) -> str:
    """The rules of a contract in words."""
    return f"expectations/{contract}.html"


def labels_page_of(contract: str) -> str:
    """What the newest table of judged labels says: balance, estimated errors, agreement, suspects."""
    return f"verdicts/{contract}/labels.html"


def errors_page_of(contract: str, model_run: str = "") -> str:
    """The worst errors of a model; without a run those of the newest one."""
    return f"verdicts/{contract}/{f'{model_run}.' if model_run else ''}errors.html"
