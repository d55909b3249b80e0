"""`ecrec contract docs`: the report's pages anew, or Great Expectations' own."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ecrec_assets.settings import get_settings

ABOUT_STOCK = "They load fonts and scripts from other hosts, and are built as a whole."


def docs(
    stock: Annotated[
        Path | None, typer.Option(help="Build Great Expectations' own Data Docs into this folder instead.")
    ] = None,
) -> None:
    """Write every page of the report again from the kept verdicts, as after an upgrade. Each audit adds its own."""
    settings = get_settings()
    console = Console(stderr=True, soft_wrap=True)
    if not (settings.reports / "verdicts").is_dir():
        console.print(f"Nothing has been audited in {settings.root} yet; 'ecrec run' does it.")
        raise typer.Exit(1)
    typer.echo(_stock(settings.reports, settings.expectations, stock, console) if stock else _own(console))


def _own(console: Console) -> Path:
    from ecrec_assets.contracts.report import rebuild
    from ecrec_assets.contracts.report_links import site_of

    reports = get_settings().reports
    console.print(f"{rebuild(reports):,} verdicts. 'ecrec up' serves them; the folder can be copied anywhere.")
    return site_of(reports) / "index.html"


def _stock(reports: Path, expectations: Path, out: Path, console: Console) -> Path:
    from ecrec_assets.contracts.odcs import load_contracts
    from ecrec_assets.contracts.pages.stock import stock_docs

    console.print(f"Great Expectations' Data Docs. {ABOUT_STOCK}")
    return stock_docs(reports, out, load_contracts(expectations).values())
