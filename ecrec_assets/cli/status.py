"""`ecrec status`: what is published, what is kept out, which models serve."""

import json
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from ecrec_assets.settings import get_settings


def status(as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False) -> None:
    """Show every table with its version, rows, quarantine and last verdict, and the champion of every model."""
    from ecrec_assets.serve.overview import overview

    state = overview(get_settings())
    if as_json:
        sys.stdout.write(json.dumps(state.to_plain(), indent=2) + "\n")
        return
    console = Console()
    if not state.tables:
        console.print(f"Nothing is published in {get_settings().root} yet; 'ecrec run' does it.")
        return
    tables = Table(
        Column("table", no_wrap=True),
        "version",
        "rows",
        "quarantined",
        "verdict",
        "published",
        box=None,
        header_style="bold",
    )
    for row in state.tables:
        tables.add_row(
            row.table,
            str(row.version),
            f"{row.rows:,}",
            f"{row.quarantined:,} ({row.quarantined_share:.2%})" if row.quarantined else "-",
            _verdict(row.warnings, row.rejected),
            f"{row.published_at:%m-%d %H:%M}",
        )
    console.print(tables)
    models = Table("model", "champion", "metrics", "run", box=None, header_style="bold")
    for model in state.models:
        models.add_row(model.name, f"version {model.version}", model.metrics, model.run_id[:8])
    console.print(models)


def _verdict(warnings: int, rejected: str | None) -> str:
    if rejected:
        return f"[red]newer candidate rejected {rejected}[/red]"
    return f"[yellow]passed, {warnings} warnings[/yellow]" if warnings else "[green]passed[/green]"
