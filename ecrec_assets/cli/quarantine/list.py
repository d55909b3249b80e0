"""`ecrec quarantine list`: how many rows are kept out, and by which rules."""

import json
from typing import Annotated

import typer

from ecrec_assets.cli.quarantine.scope import say, the_lake, told, write_out


def list_tables(
    table: Annotated[str | None, typer.Argument(help="One table, such as raw/transactions; default: all.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Show every table with rows in quarantine: how many, what share, which rules they failed, since when."""
    from rich.console import Console
    from rich.table import Column, Table

    from ecrec_assets.lake.summary import summary

    with told():
        lake = the_lake()
        names = [lake.require(table).table] if table else lake.tables()
        found = [one for name in names if (one := summary(lake, name)).rows or table]
    if as_json:
        write_out(json.dumps([one.to_plain() for one in found], indent=2))
        return
    if not any(one.rows for one in found):
        say(f"No row is in quarantine{f' of {table}' if table else ''}.")
        return
    shown = Table(
        Column("table / rule", no_wrap=True),
        "rows",
        "share",
        "first run",
        "last run",
        "contract",
        box=None,
        header_style="bold",
    )
    for column in shown.columns[1:3]:
        column.justify = "right"
    for one in found:
        shown.add_row(
            f"[bold]{one.table}[/bold]",
            f"[bold]{one.rows:,}[/bold]",
            f"{one.share:.2%}",
            f"{one.first:%Y-%m-%d %H:%M}" if one.first else "",
            f"{one.last:%Y-%m-%d %H:%M}" if one.last else "",
            ", ".join(one.contract_versions),
        )
        for rule, rows in one.by_rule.items():
            shown.add_row(f"  {rule}", f"{rows:,}", f"{rows / one.rows_in:.2%}")
    Console().print(shown)
    for one in found:
        if one.mended or one.dropped:
            said = f"{one.table}: {one.mended:,} rows mended, {one.dropped:,} dropped"
            say(f"{said}; 'ecrec quarantine mends {one.table}' lists them.", "dim")
    if any(len(one.by_rule) > 1 for one in found):
        say("A row may fail several rules.", "dim")
